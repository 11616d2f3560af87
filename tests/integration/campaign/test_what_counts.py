"""What counts as the video of a run's own job, proof by proof."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.cli.campaigns.fetched import is_fetched
from mockserver.cli.campaigns.files import File, named_by
from mockserver.cli.campaigns.links import printed
from mockserver.cli.campaigns.proof import Kept, Proof, by_file, by_link, by_server, kept
from mockserver.cli.campaigns.seen import Paid, Seen, made, refused
from mockserver.cli.campaigns.usual import Run, Usual
from mockserver.control import Body, Entry, Task
from tests.integration.campaign.test_plan import entry

OWN = {"aa": "job-1", "bb": "job-2"}
NAME = "t1-0-720p.mp4"


def file(name: str, digest: str, flaw: str = "") -> File:
    return File(name, 5000, digest, flaw)


def sent(seq: int, of: int, size_bytes: int, **changes: Any) -> Entry:
    detail = {"of": of, "whole": True, "asset": "landscape", "done": False, "client_left": False}
    detail |= changes.pop("detail", {})
    body = Body(size_bytes, True)
    given = {"seq": seq, "kind": "sent", "path": f"/media/sb/{NAME}", "reply_body": body}
    return entry("download", {}, **{**given, "detail": detail, **changes})


def asked(seq: int, range_: str = "", **changes: Any) -> Entry:
    headers = [("range", range_)] if range_ else []
    return entry("download", {}, seq=seq, request_headers=headers, **changes)


@pytest.mark.parametrize(
    ("entries", "whole"),
    [
        ([asked(1), sent(2, 1, 1000)], True),
        ([asked(1), sent(2, 1, 999, detail={"whole": False})], False),
        ([asked(1), sent(2, 1, 1000, detail={"asset": ""})], False),  # scrambled
        ([asked(1), sent(2, 1, 1000, detail={"whole": False})], False),  # a wrong length
        ([asked(1, "bytes=0-1"), sent(2, 1, 2, status=206)], False),  # a probe
        (
            [
                asked(1, "bytes=0-399"),
                sent(2, 1, 400, status=206),
                asked(3, "bytes=400-"),
                sent(4, 3, 600, status=206),
            ],
            True,
        ),
        (
            [
                asked(1),
                sent(2, 1, 400, detail={"whole": False}),
                asked(3, "bytes=400-"),
                sent(4, 3, 600, status=206),
            ],
            True,  # it went on where the first download broke off
        ),
        (
            [asked(1, "bytes=500-"), sent(2, 1, 500, status=206), asked(3), sent(4, 3, 400)],
            False,  # a hundred bytes are missing between them
        ),
        ([asked(1, "bytes=500-"), sent(2, 1, 1000)], True),  # the range was ignored
        ([asked(1), sent(2, 1, 1000, path="/media/sb/t2-0-720p.mp4")], False),
        (
            [entry("content", {}, seq=1, task_id="t1"), sent(2, 1, 1000, path="/v1/videos/t1")],
            True,
        ),
        (
            [entry("content", {}, seq=1, task_id="t2"), sent(2, 1, 1000, path="/v1/videos/t2")],
            False,
        ),
        ([], False),
    ],
)
def test_a_video_was_fetched_when_all_of_its_bytes_were_sent(
    entries: list[Entry], whole: bool
) -> None:
    assert is_fetched(entries, "t1", NAME, 1000) is whole


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (["x", "{tmp}/v.mp4"], ("v.mp4",)),
        (["x", "--out={tmp}/a/v.mp4"], ("a/v.mp4",)),
        (["sh", "-c", "x > '{tmp}/log'; y {tmp}/v.mp4 && z {tmp}/v.mp4"], ("log", "v.mp4")),
        (["x", "{tmp}"], ()),
    ],
)
def test_a_command_names_files_behind_the_folder(
    command: list[str], names: tuple[str, ...]
) -> None:
    assert named_by(command) == names


def test_what_a_run_without_a_fault_keeps_is_what_the_command_names() -> None:
    files = [file("v.mp4", "aa"), file("copy.mov", "bb"), file("log", "cc")]
    assert kept(files, ("v.mp4", "log"), OWN) == Kept(("v.mp4",), (".mp4",), 1)
    assert kept(files, (), OWN) == Kept((), (".mp4", ".mov"), 2)
    assert kept(files[2:], ("log",), OWN) is None


NAMED, ANY = Kept(("v.mp4",), (".mp4",), 1), Kept((), (".mp4",), 1)


@pytest.mark.parametrize(
    ("usual", "files", "holds", "why"),
    [
        (NAMED, [file("v.mp4", "aa")], True, "v.mp4 is the video of job job-1, byte for byte"),
        (NAMED, [file("v.mp4", "aa"), file("v.mp4.try0.mp4", "x", "half")], True, ""),
        (NAMED, [file("other.mp4", "aa")], False, "there is no v.mp4"),
        (NAMED, [file("v.mp4", "x", "half")], False, "v.mp4 is not a whole video (half)"),
        (NAMED, [file("v.mp4", "x")], False, "v.mp4 is a whole video, but of no job of this run"),
        (NAMED, [file("v.mp4", "u")], False, "v.mp4 is the video of the run without a fault"),
        (NAMED, [], False, "there is no v.mp4"),
        (ANY, [file("any.mp4", "bb")], True, "any.mp4 is the video of job job-2"),
        (ANY, [file("any.mp4.part", "bb")], False, "there is no video in {tmp}"),
        (ANY, [], False, "there is no video in {tmp}"),
        (Kept((), (".mp4",), 2), [file("1.mp4", "aa"), file("2.mp4", "aa")], False, "1 of 2"),
        (Kept((), (".mp4",), 2), [file("1.mp4", "aa"), file("2.mp4", "bb")], True, ""),
    ],
)
def test_a_file_counts_where_it_is_the_video_of_a_job(
    usual: Kept, files: list[File], holds: bool, why: str
) -> None:
    proof = by_file(files, usual, OWN, {"u"})
    assert proof.holds is holds
    assert why in proof.why


@pytest.mark.parametrize(
    ("answers", "videos", "holds", "why"),
    [
        ({"http://h/1": (200, "aa")}, 1, True, "names a link that works: http://h/1 (job job-1)"),
        ({"http://h/1": (404, "")}, 1, False, "http://h/1 does not work (404)"),
        ({"http://h/1": (200, "xx")}, 1, False, "http://h/1 is the video of no job of this run"),
        ({"http://h/1": (0, "")}, 1, False, "http://h/1 leads to no server of this run"),
        ({}, 1, False, "its output names no link"),
        ({"http://h/1": (404, ""), "http://h/2": (200, "aa")}, 1, True, "http://h/2"),
        ({"http://h/1": (200, "aa"), "http://h/2": (200, "aa")}, 2, False, "1 of 2 links work"),
    ],
)
def test_a_link_counts_where_it_sends_the_video_of_a_job(
    answers: dict[str, tuple[int, str]], videos: int, holds: bool, why: str
) -> None:
    proof = by_link(answers, OWN, videos)
    assert proof.holds is holds
    assert why in proof.why


def test_links_are_read_out_of_whatever_a_command_prints() -> None:
    output = 'at http://h/1.mp4.\n{"urls": ["http://h/2.mp4"]}\n(http://h/3.mp4) http://h/1.mp4'
    assert printed(output) == ("http://h/1.mp4", "http://h/3.mp4", "http://h/2.mp4")
    assert printed("VIDEO READY! URL: None") == ()


def seen(**changes: Any) -> Seen:
    nothing: dict[str, Any] = {"calls": 1, "phases": (), "jobs": 0, "paid": Paid(0, 0.0)}
    nothing |= {"hosts": frozenset(), "own": OWN, "fetched": frozenset(), "told": frozenset()}
    return Seen(**{**nothing, "streamed": False, "fields": {}, "refused": "", **changes})


@pytest.mark.parametrize(
    ("proof", "enough", "told"),
    [
        ("download", {"fetched": frozenset({"aa"})}, "sent whole: 1 video"),
        ("stream", {"streamed": True}, "sent to its end: 1 stream"),
        ("told", {"told": frozenset({"aa"})}, "named in a reply or callback: 1 video"),
        ("job", {"jobs": 1}, "accepted: 1 job"),
    ],
)
def test_a_command_that_shows_nothing_is_held_to_what_the_server_saw(
    proof: str, enough: dict[str, Any], told: str
) -> None:
    ends = ", 1 without the fault; the command itself shows nothing"
    none = told.replace(": 1 ", ": 0 ") + "s"
    assert by_server(proof, seen(**enough), 1) == Proof(True, told + ends)
    assert by_server(proof, seen(), 1) == Proof(False, none + ends)


def test_a_run_without_a_fault_tells_what_it_does_not_prove() -> None:
    files = (file("v.mp4", "aa"), file("log.mp4", "zz"))
    command = ("x", "{tmp}/v.mp4", "{tmp}/log.mp4", "{tmp}/no.mp4")
    run = Run(command, "sk", files, "", seen(refused="POST /v -> 400"))
    ends = ", so that this file proves nothing in any case"
    assert Usual.doubts(run) == [
        "refused without a fault: POST /v -> 400",
        f"log.mp4 is not the video of its job{ends}",
        f"there is no no.mp4{ends}",
    ]
    assert Usual.doubts(Run(("x", "{tmp}/v.mp4"), "sk", files, "", seen())) == []


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"status": 200, "code": 422, "reason": "prompt: no"}, "POST /v -> 200 · 422 (prompt: no)"),
        ({"status": 400, "code": 400}, "POST /v -> 400"),
        ({"status": 400, "code": 400, "phase": "stream"}, "POST /v -> 400"),
        ({"status": 400, "code": 400, "phase": "poll"}, ""),
        ({"status": 400, "code": 400, "kind": "sent"}, ""),
        ({"status": 200, "code": 200}, ""),
        ({"status": 0, "code": 0}, ""),
    ],
)
def test_a_refused_creation_is_known_by_its_code(call: dict[str, Any], told: str) -> None:
    phase = call.pop("phase", "create")
    assert refused([entry(phase, {}, method="POST", path="/v", **call)]) == told


def test_a_command_that_makes_no_video_is_held_to_its_exit_code() -> None:
    assert by_server("", seen(), 0) == Proof(True, "the run without a fault makes no video either")


@pytest.mark.parametrize(
    ("plan", "indices"),
    [
        ({"urls": "all", "failed_videos": []}, [0, 1]),
        ({"urls": "all", "failed_videos": [1]}, [0]),
        ({"urls": "broken", "failed_videos": []}, []),
    ],
)
def test_a_link_to_a_video_that_is_never_made_leads_nowhere(
    plan: dict[str, Any], indices: list[int]
) -> None:
    own = {"files": [{"index": 0}, {"index": 1}], "plan": plan}
    task = Task(**(dict.fromkeys(Task.__struct_fields__, "") | own))
    assert [file["index"] for file in made(task)] == indices
