"""The result of the run without a fault, and whether another run reached the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mockserver.cli.campaigns import links
from mockserver.cli.campaigns.files import File, named_by
from mockserver.cli.campaigns.proof import NO_PROOF, Kept, Proof, by_file, by_link, by_server, kept
from mockserver.cli.campaigns.seen import Seen


class Run(Struct, frozen=True):
    """One run of the command: its files, its output, and what the server saw of it.

    `key` is the API key that the command was given.
    """

    command: tuple[str, ...]
    key: str
    files: tuple[File, ...]
    output: str
    seen: Seen


class Usual(Struct, frozen=True):
    """The run without a fault, and the strongest proof that it gave. Every case must give this proof.

    `videos` is the number of videos in that proof. As many such runs were made at the same time as
    cases run at the same time: `took_ms` is the time of the slowest, and `own` are the hashes of
    all their videos.
    """

    seen: Seen
    proof: str
    videos: int
    kept: Kept | None
    took_ms: int
    own: frozenset[str]

    @staticmethod
    def of(run: Run, took_ms: int) -> Usual:
        """Reads what a run without a fault shows."""
        seen = run.seen
        found = kept(run.files, named_by(run.command), seen.own)
        counts = {
            "file": found.videos if found else 0,
            "link": 0 if found else len(_working(answers_to(run), seen)),
            "download": len(seen.fetched),
            "stream": int(seen.streamed),
            "told": len(seen.told),
            "job": seen.jobs,
        }
        proof = next((name for name, count in counts.items() if count), NO_PROOF)
        return Usual(seen, proof, counts.get(proof, 0), found, took_ms, frozenset(seen.own))

    @staticmethod
    def doubts(run: Run) -> list[str]:
        """What went wrong without a fault: a refused creation, and named files that are no video."""
        files = {file.name: file for file in run.files}
        doubts = [f"refused without a fault: {run.seen.refused}"] if run.seen.refused else []
        for name in named_by(run.command):
            if name not in files:
                doubts.append(f"there is no {name}, so that this file proves nothing in any case")
            elif files[name].sha256 not in run.seen.own:
                what = f"{name} is not the video of its job"
                doubts.append(f"{what}, so that this file proves nothing in any case")
        return doubts

    def beside(self, others: Sequence[tuple[Run, int]]) -> Usual:
        """The same, with the results and the times in ms of other runs at the same time."""
        own = self.own.union(*(run.seen.own for run, _ in others))
        return replace(self, took_ms=max([self.took_ms, *(ms for _, ms in others)]), own=own)

    def ending_of(self, run: Run) -> Proof:
        """Whether a run reached as much."""
        if self.kept is not None:
            return by_file(run.files, self.kept, run.seen.own, self.own)
        if self.proof == "link":
            return by_link(answers_to(run), run.seen.own, self.videos)
        return by_server(self.proof, run.seen, self.videos)


def answers_to(run: Run) -> dict[str, tuple[int, str]]:
    """The answer of each link that a run printed; status 0 for a link that leads elsewhere."""
    return {
        link: links.content_of(link, run.key) if links.place_of(link) in run.seen.hosts else (0, "")
        for link in links.printed(run.output)
    }


def _working(answers: Mapping[str, tuple[int, str]], seen: Seen) -> set[str]:
    return {digest for _, digest in answers.values() if digest in seen.own}
