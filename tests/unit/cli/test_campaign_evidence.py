"""What a campaign takes for the video of a run: pieces that cover it, links, files, fields to aim at."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.campaigns import transcript
from mockserver.cli.campaigns.aim import fields
from mockserver.cli.campaigns.fetched import is_fetched
from mockserver.cli.campaigns.files import File, files_in, named_by
from mockserver.cli.campaigns.links import place_of, printed
from mockserver.cli.campaigns.proof import Kept, Proof, by_file, by_link, kept
from mockserver.cli.campaigns.seen import Paid
from mockserver.cli.campaigns.transcript import HALF_BYTES, Transcript
from mockserver.control import Entry
from tests.unit.cli.entries import body, entry

NAME, JOB = "j1-0-720p.mp4", "j1"


def _sent(start: int, size_bytes: int, *, whole: bool = True, **more: Any) -> tuple[Entry, ...]:
    """A download of some bytes of the video from `start`, and what left of it."""
    seq = 2 * start + 1
    headers = [("range", f"bytes={start}-")] if start else []
    asked = entry(seq=seq, request_headers=headers, task_id=JOB, **more)
    left = entry(
        seq=seq + 1,
        kind="sent",
        status=206 if start else 200,
        path=f"/media/{NAME}",
        reply_body=body("", size_bytes),
        detail={"of": seq, "asset": "x", "whole": whole},
    )
    return asked, left


@pytest.mark.parametrize(
    ("pieces", "covered"),
    [
        ([(0, 100)], True),
        ([(0, 99)], False),
        ([(0, 40), (40, 60)], True),
        ([(40, 60), (0, 40)], True),
        ([(0, 40), (41, 59)], False),
        ([(0, 40), (30, 70)], True),
        ([(0, 100), (50, 10)], True),
        ([(1, 99)], False),
        ([], False),
    ],
)
def test_pieces_are_a_video_where_they_cover_it(
    pieces: list[tuple[int, int]], covered: bool
) -> None:
    entries = [one for start, size in pieces for one in _sent(start, size, whole=False)]
    if (0, 100) in pieces:
        entries = [one for start, size in pieces for one in _sent(start, size)]
    assert is_fetched(entries, JOB, NAME, 100) == covered


def test_all_bytes_in_a_reply_that_was_not_whole_are_no_download() -> None:
    assert not is_fetched(_sent(0, 100, whole=False), JOB, NAME, 100)


def test_what_was_sent_counts_for_its_own_video() -> None:
    assert not is_fetched(_sent(0, 100), JOB, "other.mp4", 100)
    assert is_fetched(_sent(0, 100, call_phase="content"), JOB, "other.mp4", 100)
    assert not is_fetched(_sent(0, 100, call_phase="content"), "j2", "other.mp4", 100)


def test_the_links_of_an_output_come_once_each_and_the_last_first() -> None:
    output = "see http://h/a.mp4, then https://h/b.mp4. Again: (http://h/a.mp4)!"
    assert printed(output) == ("http://h/a.mp4", "https://h/b.mp4")
    many = " ".join(f"http://h/{number}" for number in range(51))
    assert (len(printed(many)), printed(many)[0], printed(many)[-1]) == (
        50,
        "http://h/50",
        "http://h/1",
    )
    assert (place_of("http://h:7/a"), place_of("http://[")) == ("h:7", "")


def test_the_field_that_matters_is_learned_from_replies() -> None:
    entries = [
        entry(call_phase="create", reply_body=body('{"code": 200, "data": {"taskId": "j1"}}')),
        entry(call_phase="poll", reply_body=body('{"data": {"id": "j1", "successFlag": 1}}')),
        entry(call_phase="content", reply_body=body('{"id": "j1", "url": "http://h/a"}')),
        entry(call_phase="download", reply_body=body('["a", "b"]')),
        entry(call_phase="upgrade", reply_body=body('{"url": "http://h/a"}'), status=400),
        entry(call_phase="account", reply_body=body("no JSON")),
        entry(kind="delivery", call_phase="callback", request_body=body('{"x": [{"id": "j1"}]}')),
        entry(call_phase="stream", reply_body=body('{"a": "j1"}'), reason="our own words"),
    ]
    assert fields(entries, {"j1"}) == {
        "create": "data.taskId",
        "poll": "data.successFlag",
        "content": "url",
        "download": "0",
        "callback": "x.0.id",
    }


def test_the_files_of_a_run_are_told_by_name_with_their_size_and_digest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name, content in (("sub/b.txt", b"four"), ("a.txt", b"")):
        (tmp_path / name).write_bytes(content)
    assert [(file.name, file.size_bytes, file.sha256) for file in files_in(tmp_path)] == [
        ("a.txt", 0, hashlib.sha256(b"").hexdigest()),
        ("sub/b.txt", 4, hashlib.sha256(b"four").hexdigest()),
    ]


OWN = {"a1": "job-1", "a2": "job-2"}


def _file(name: str, sha256: str, flaw: str = "") -> File:
    return File(name, 1, sha256, flaw)


def test_what_the_usual_run_kept_is_known_by_name_or_by_kind() -> None:
    files = [_file("v.mp4", "a1"), _file("w.mp4", "a2"), _file("log.txt", "zz")]
    assert kept(files, ("v.mp4",), OWN) == Kept(("v.mp4",), (".mp4",), 1)
    assert kept(files, (), OWN) == Kept((), (".mp4",), 2)
    assert kept(files[2:], ("log.txt",), OWN) is None
    assert named_by(["-o", "{tmp}/v.mp4", "cat {tmp}/w.mp4;"]) == ("v.mp4", "w.mp4")


NAMED, ANY = Kept(("v.mp4",), (".mp4",), 1), Kept((), (".mp4",), 2)


@pytest.mark.parametrize(
    ("files", "usual", "proof"),
    [
        (
            [_file("v.mp4", "a1")],
            NAMED,
            Proof(True, "v.mp4 is the video of job job-1, byte for byte"),
        ),
        ([_file("w.mp4", "a1")], NAMED, Proof(False, "there is no v.mp4")),
        (
            [_file("v.mp4", "old")],
            NAMED,
            Proof(False, "v.mp4 is the video of the run without a fault"),
        ),
        (
            [_file("v.mp4", "??", "no moov")],
            NAMED,
            Proof(False, "v.mp4 is not a whole video (no moov)"),
        ),
        (
            [_file("v.mp4", "??")],
            NAMED,
            Proof(False, "v.mp4 is a whole video, but of no job of this run"),
        ),
        ([], ANY, Proof(False, "there is no video in {tmp}")),
        ([_file("x.mp4", "a1")], ANY, Proof(False, "1 of 2 videos are there")),
        ([_file("x.mp4", "a1"), _file("y.mp4", "a1")], ANY, Proof(False, "1 of 2 videos are there")),
        (
            [_file("x.mp4", "a1"), _file("y.mp4", "a2"), _file("y.mp4.try0", "??", "cut")],
            ANY,
            Proof(True, "x.mp4 is the video of job job-1; y.mp4 is the video of job job-2, byte for byte"),
        ),
    ],
)  # fmt: skip
def test_a_file_proves_a_run_where_the_usual_one_left_its_own(
    files: list[File], usual: Kept, proof: Proof
) -> None:
    assert by_file(files, usual, OWN, {"old"}) == proof


@pytest.mark.parametrize(
    ("answers", "videos", "holds", "why"),
    [
        ({"http://h/a": (200, "a1")}, 1, True, "http://h/a (job job-1)"),
        ({"http://h/a": (200, "a1")}, 2, False, "1 of 2 links work"),
        ({}, 1, False, "its output names no link"),
        ({"http://h/a": (404, "")}, 1, False, "http://h/a does not work (404)"),
        ({"http://h/a": (0, "")}, 1, False, "http://h/a leads to no server of this run"),
        ({"http://h/a": (200, "zz")}, 0, False, "http://h/a is the video of no job of this run"),
    ],
)
def test_a_link_proves_a_run_where_it_sends_a_video_of_its_job(
    answers: dict[str, tuple[int, str]], videos: int, holds: bool, why: str
) -> None:
    found = by_link(answers, OWN, videos)
    assert found.holds == holds
    assert found.why.endswith(why)


def test_money_is_told_in_words() -> None:
    assert [str(paid) for paid in (Paid(1, 0.5), Paid(0, 0.0), Paid(2, 1.25))] == [
        "1 job paid, $0.5",
        "0 jobs paid, $0",
        "2 jobs paid, $1.25",
    ]


@pytest.mark.parametrize("piece_bytes", [997, 65_536])
@pytest.mark.parametrize(
    ("size_bytes", "left_out"),
    [(0, 0), (HALF_BYTES, 0), (2 * HALF_BYTES, 0), (2 * HALF_BYTES + 1, 1), (30_000, 10_000)],
)
def test_an_output_is_kept_whole_or_from_both_ends(
    monkeypatch: pytest.MonkeyPatch, size_bytes: int, left_out: int, piece_bytes: int
) -> None:
    monkeypatch.setattr(transcript, "PIECE_BYTES", piece_bytes)
    monkeypatch.setattr(transcript, "CLOSING_S", 30)
    said = "".join(chr(97 + number % 26) for number in range(size_bytes))
    ours, theirs = os.pipe()
    kept_text = Transcript(os.fdopen(ours, "rb", buffering=0))
    with os.fdopen(theirs, "wb", buffering=0) as pipe:
        for start in range(0, size_bytes, 4096):
            pipe.write(said[start : start + 4096].encode())
    if left_out:
        gap = f"\n[… {left_out} bytes …]\n"
        said = said[:HALF_BYTES] + gap + said[-HALF_BYTES:]
    assert kept_text.text() == said
