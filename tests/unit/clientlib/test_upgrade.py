"""Kie's better versions and continuations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientlib import (
    AmbiguousSubmission,
    DeadlineExceeded,
    InvalidRequest,
    JobFailed,
    TaskNotFound,
    UnsupportedRequest,
)
from tests.support.client_both import Make
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import IDS, created, in_order, task
from tests.support.client_mp4 import video
from tests.support.client_wire import RESET, Script, Seen, reply, wire
from tests.support.some import some

ID = IDS["kie"]
URL = "https://media.example/better.mp4"
PENDING = "1080P is processing. It should be ready in 1-2 minutes. Please check back shortly."


def envelope(code: int, msg: str, data: Any = None) -> Script:
    return reply(200, {"code": code, "msg": msg, "data": data})


@pytest.mark.parametrize("code", [400, 422, 500])
def test_1080p_is_asked_for_until_it_is_there(make: Make, clock: VirtualClock, code: int) -> None:
    pending = envelope(code, PENDING)
    steps = in_order(pending, RESET, pending, envelope(200, "success", {"resultUrl": URL}))
    with wire(steps) as server:
        assert make("kie", server.url).resume(ID).upgrade("1080p", index=1) == (URL,)
    assert {seen.method for seen in server.seen} == {"GET"}
    assert server.seen[0].query == {"taskId": ID, "index": "1"}
    assert all(slept >= 30 for slept in some(clock.slept_s))


def test_4k_is_ordered_asked_for_and_ready_under_code_422(make: Make) -> None:
    nothing = {"taskId": ID, "resultUrls": None, "imageUrls": None}
    steps = in_order(
        envelope(200, "success", nothing),
        envelope(422, "4k is processing. It should be ready in 5-10 minutes.", nothing),
        envelope(422, "The video has been generated successfully", nothing | {"resultUrls": [URL]}),
    )
    with wire(steps) as server:
        assert make("kie", server.url).resume(ID).upgrade("4k") == (URL,)
    assert [seen.json for seen in server.seen] == [{"taskId": ID, "index": 0}] * 3


def test_a_finished_4k_that_names_no_video_is_asked_about_again(make: Make) -> None:
    done = "The video has been generated successfully"
    steps = in_order(envelope(422, done), envelope(422, done, {"resultUrls": [URL]}))
    with wire(steps) as server:
        assert make("kie", server.url).resume(ID).upgrade("4k") == (URL,)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (envelope(422, "Record does not exist"), TaskNotFound),
        (envelope(422, "9:16 is not supported"), InvalidRequest),
        (envelope(400, "Your prompt was flagged"), InvalidRequest),
    ],
)
def test_an_upgrade_that_is_refused_is_not_asked_for_again(
    make: Make, script: Script, expected: type[Exception]
) -> None:
    with wire(in_order(script)) as server, pytest.raises(expected):
        make("kie", server.url).resume(ID).upgrade("1080p")
    assert len(server.seen) == 1


def test_an_upgrade_that_never_comes_ends_with_its_deadline(
    make: Make, clock: VirtualClock
) -> None:
    with wire(in_order(envelope(400, PENDING))) as server, pytest.raises(DeadlineExceeded):
        make("kie", server.url).resume(ID).upgrade("1080p", deadline=100)
    assert sum(clock.slept_s) == pytest.approx(100)


def test_1080p_of_a_portrait_is_refused_before_a_call(make: Make) -> None:
    with wire(in_order(created("kie"), RESET)) as server:
        job = make("kie", server.url).submit("a cat", aspect="9:16")
        with pytest.raises(UnsupportedRequest, match="16:9"):
            job.upgrade("1080p")
        assert len(server.seen) == 1


def test_a_better_version_is_downloaded_after_the_job_and_the_upgrade(
    make: Make, tmp_path: Path
) -> None:
    polls = [task("kie", 0), task("kie", 1, url="https://media.example/small.mp4")]
    upgrades = [envelope(400, PENDING)]

    def handle(seen: Seen) -> Script:
        if seen.path.endswith("record-info"):
            return polls.pop(0) if polls else RESET
        if seen.path == "/better.mp4":
            return reply(200, video())
        if upgrades:
            return upgrades.pop()
        url = f"http://{seen.headers['host']}/better.mp4"
        return envelope(200, "success", {"resultUrl": url})

    with wire(handle) as server:
        job = make("kie", server.url).resume(ID)
        job.download(tmp_path / "cat.mp4", resolution="1080p")
    assert (tmp_path / "cat.mp4").read_bytes() == video()
    assert "authorization" not in server.seen[-1].headers


def test_a_failed_job_is_not_upgraded(make: Make, tmp_path: Path) -> None:
    with wire(in_order(task("kie", 2))) as server, pytest.raises(JobFailed):
        make("kie", server.url).resume(ID).download(tmp_path / "cat.mp4", resolution="4k")
    assert len(server.seen) == 1


def test_an_extension_is_a_new_job(make: Make) -> None:
    script = envelope(200, "success", {"taskId": "veo_extend_1"})
    with wire(in_order(script)) as server:
        longer = make("kie", server.url).resume(ID).extend("it lands", model="fast", seeds=12345)
    assert longer.task_id == "veo_extend_1"
    assert server.seen[0].json == {
        "taskId": ID,
        "prompt": "it lands",
        "model": "fast",
        "seeds": 12345,
    }


def test_a_remix_of_xcompute_is_a_new_job(make: Make) -> None:
    script = reply(200, {"code": 200, "data": [{"status": "submitted", "task_id": "task_2"}]})
    with wire(in_order(script)) as server:
        job = make("xcompute", server.url).resume("task_1")
        longer = job.extend("it lands", model="veo3.1-fast", raw=True, resolution="4k")
    assert longer.task_id == "task_2"
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/videos/task_1/remix")
    assert seen.json == {
        "model": "veo3.1-fast",
        "prompt": "it lands",
        "raw": True,
        "resolution": "4k",
    }


def test_an_extension_is_created_as_carefully_as_a_job(make: Make) -> None:
    with wire(in_order(RESET)) as server, pytest.raises(AmbiguousSubmission):
        make("kie", server.url).resume(ID).extend("it lands")
    assert len(server.seen) == 1


def test_what_an_extension_does_not_take_is_refused(make: Make) -> None:
    with pytest.raises(UnsupportedRequest, match="aspect"):
        make("kie", "http://127.0.0.1:9").resume(ID).extend("it lands", aspect="16:9")
