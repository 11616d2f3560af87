"""What shows that a run ended with the video of one of its own jobs: pure.

The proofs, the strongest first. A command must give the strongest proof that its run without a fault
gave. A weaker proof cannot take its place.

| proof    | what was seen                                                           |
|----------|-------------------------------------------------------------------------|
| file     | a file in `{tmp}` is, byte for byte, the video of a job of this run      |
| link     | the output names a link that works and sends such a video               |
| download | the media host sent such a video whole                                  |
| stream   | a stream that was sent up to its end                                    |
| told     | a whole reply or an acknowledged callback named such a video             |
| job      | a job was accepted                                                      |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.cli.campaigns.files import File
from mockserver.domain.input.counted import counted

if TYPE_CHECKING:
    from mockserver.cli.campaigns.seen import Seen

NO_PROOF = ""  # a command that makes no video: only its exit code can be judged


class Proof(Struct, frozen=True):
    """Whether a proof holds, and the evidence for or against it, in words."""

    holds: bool
    why: str


class Kept(Struct, frozen=True):
    """Where the run without a fault left its videos.

    `names` are the files that the command names. If it names no file, every file with one of
    `suffixes` counts.
    """

    names: tuple[str, ...]
    suffixes: tuple[str, ...]
    videos: int


def kept(files: Sequence[File], named: Collection[str], own: Mapping[str, str]) -> Kept | None:
    """The videos that the run without a fault kept; `own` maps the hash of each of its videos to its job."""
    videos = [file for file in files if file.sha256 in own]
    chosen = [file for file in videos if file.name in named]
    counted = chosen or videos
    if not counted:
        return None
    return Kept(
        names=tuple(file.name for file in chosen),
        suffixes=tuple(dict.fromkeys(_suffix(file) for file in counted)),
        videos=len({file.sha256 for file in counted}),
    )


def by_file(
    files: Sequence[File], usual: Kept, own: Mapping[str, str], usual_own: Collection[str]
) -> Proof:
    """Whether this run left as many videos, of its own jobs, as the run without a fault did.

    `usual_own` are the hashes of the videos of runs without a fault.
    """
    chosen = [
        file
        for file in files
        if (file.name in usual.names if usual.names else _suffix(file) in usual.suffixes)
    ]
    videos = {file.sha256: file for file in chosen if file.sha256 in own}
    if len(videos) >= usual.videos:
        words = [
            f"{file.name} is the video of job {own[digest]}" for digest, file in videos.items()
        ]
        return Proof(True, f"{'; '.join(words)}, byte for byte")
    gone = [name for name in usual.names if name not in {file.name for file in files}]
    words = [f"there is no {name}" for name in gone]
    words += [_against(file, usual_own) for file in chosen if file.sha256 not in own]
    if not usual.names and not chosen:
        words.append("there is no video in {tmp}")
    if videos:
        words.append(f"{len(videos)} of {counted(usual.videos, 'video')} are there")
    return Proof(False, "; ".join(words))


def _against(file: File, usual_own: Collection[str]) -> str:
    if file.sha256 in usual_own:
        return f"{file.name} is the video of the run without a fault"
    if file.flaw:
        return f"{file.name} is not a whole video ({file.flaw})"
    return f"{file.name} is a whole video, but of no job of this run"


def _suffix(file: File) -> str:
    return PurePath(file.name).suffix


def by_link(answers: Mapping[str, tuple[int, str]], own: Mapping[str, str], videos: int) -> Proof:
    """Whether an output names `videos` links that work. `answers` has each link's status and hash."""
    working = {digest: link for link, (_, digest) in answers.items() if digest in own}
    if working and len(working) >= videos:
        words = [f"{link} (job {own[digest]})" for digest, link in working.items()]
        return Proof(True, f"its output names a link that works: {', '.join(words)}")
    if not answers:
        return Proof(False, "its output names no link")
    words = [_no(link, status) for link, (status, digest) in answers.items() if digest not in own]
    if working:
        words.append(f"{len(working)} of {counted(videos, 'link')} work")
    return Proof(False, "; ".join(words))


def _no(link: str, status: int) -> str:
    if not status:
        return f"{link} leads to no server of this run"
    if status in (200, 206):
        return f"{link} is the video of no job of this run"
    return f"{link} does not work ({status})"


def by_server(proof: str, seen: Seen, videos: int) -> Proof:
    """Whether the server's own record shows as much, for a command that leaves nothing to look at."""
    match proof:
        case "download":
            return _as_many(len(seen.fetched), videos, "sent whole", "video")
        case "stream":
            return _as_many(int(seen.streamed), videos, "sent to its end", "stream")
        case "told":
            return _as_many(len(seen.told), videos, "named in a reply or callback", "video")
        case "job":
            return _as_many(seen.jobs, videos, "accepted", "job")
    return Proof(True, "the run without a fault makes no video either")


def _as_many(count: int, usual: int, what: str, one: str) -> Proof:
    counts = f"{counted(count, one)}, {usual} without the fault"
    why = f"{what}: {counts}; the command itself shows nothing"
    return Proof(count >= usual, why)
