"""Kie's jobs API: the same job, the same errors, other words on the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientlib import (
    AmbiguousSubmission,
    DeadlineExceeded,
    InsufficientCredit,
    InvalidRequest,
    JobFailed,
    KieOptions,
    RateLimited,
    RetryPolicy,
    Status,
    TaskNotFound,
    UnsupportedRequest,
)
from clientlib._webhooks import parse
from tests.support.client_both import Make
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import in_order
from tests.support.client_mp4 import video
from tests.support.client_wire import RESET, Script, Seen, reply, wire

ID = "e8644341781e5ecd0b8a8bb7594f8da9"
BETTER = "0123456789abcdef0123456789abcdef"
URL = "https://media.example/cat.mp4"
JOBS = KieOptions(api="jobs")


def envelope(code: int, msg: str, data: Any = None) -> Script:
    return reply(200, {"code": code, "msg": msg, "data": data})


def created(task_id: str = ID) -> Script:
    return envelope(200, "success", {"taskId": task_id, "recordId": task_id})


def record(state: str, task_id: str = ID, result: object = "", **more: Any) -> Script:
    text = result if isinstance(result, str) else json.dumps(result)
    data = {"taskId": task_id, "model": "veo-3-1", "state": state, "resultJson": text}
    return envelope(200, "success", data | {"failCode": None, "failMsg": None} | more)


PLAIN = record("success", result={"resultUrls": [URL]})
LARGE = {
    "code": 200,
    "data": {"origin_urls": ["https://media.example/o.mp4"], "result_urls": [URL]},
}


def test_a_video_is_a_job_of_veo_with_its_tier_and_fields_inside_of_input(make: Make) -> None:
    with wire(in_order(created())) as server:
        job = make("kie", server.url).submit(
            "a cat",
            model="veo3_lite",
            aspect="9:16",
            resolution="1080p",
            duration_s=8,
            callback_url="https://me.example/cb",
            images=["https://me.example/a.png"],
            options=KieOptions(api="jobs", watermark="me", extra={"audio": True}),
        )
    assert job.task_id == ID
    assert (server.seen[0].method, server.seen[0].path) == ("POST", "/api/v1/jobs/createTask")
    assert server.seen[0].json == {
        "model": "veo-3-1",
        "callBackUrl": "https://me.example/cb",
        "input": {
            "prompt": "a cat",
            "model": "veo3_lite",
            "image_urls": ["https://me.example/a.png"],
            "aspect_ratio": "9:16",
            "resolution": "1080p",
            "duration": 8,
            "watermark": "me",
            "audio": True,
        },
    }


def test_without_a_word_about_it_the_older_call_is_used(make: Make) -> None:
    with wire(in_order(envelope(200, "success", {"taskId": ID}))) as server:
        make("kie", server.url).submit("a cat", options=KieOptions(seeds=12345))
        make("kie", server.url).submit("a cat")
    assert {seen.path for seen in server.seen} == {"/api/v1/veo/generate"}


def test_an_api_that_kie_does_not_have_is_refused_before_a_call(make: Make) -> None:
    with pytest.raises(UnsupportedRequest, match="'v2' is not one of veo, jobs"):
        make("kie", "http://127.0.0.1:9").submit("a cat", options=KieOptions(api="v2"))


def test_a_seed_is_refused_for_a_new_video(make: Make) -> None:
    client = make("kie", "http://127.0.0.1:9")
    with pytest.raises(UnsupportedRequest, match="seeds"):
        client.submit("a cat", options=KieOptions(api="jobs", seeds=12345))
    with pytest.raises(UnsupportedRequest, match="seeds"):
        client.price("a cat", options=KieOptions(api="jobs", seeds=12345))


@pytest.mark.parametrize(
    ("result", "more"),
    [
        ({"resultUrls": [URL]}, {}),
        (LARGE, {}),
        ("", {"response": {"resultUrls": [URL]}}),
        ("no JSON", {"response": LARGE}),
    ],
)
def test_a_finished_job_names_its_video_in_each_form_of_the_result(
    make: Make, result: object, more: dict[str, Any]
) -> None:
    polls = in_order(
        record("waiting"),
        record("generating", progress="40"),
        record("success", result=result, **more),
    )
    with wire(polls) as server:
        job = make("kie", server.url).resume(ID, options=JOBS)
        seen = list(job.progress())
    assert [one.status for one in seen] == [Status.QUEUED, Status.RUNNING, Status.SUCCEEDED]
    assert seen[-1].videos == (URL,)
    assert {one.path for one in server.seen} == {"/api/v1/jobs/recordInfo"}
    assert server.seen[0].query == {"taskId": ID}


def test_a_job_that_was_submitted_there_is_polled_there(make: Make) -> None:
    with wire(in_order(created(), PLAIN)) as server:
        assert make("kie", server.url).submit("a cat", options=JOBS).wait().videos == (URL,)
    assert [seen.path.rpartition("/")[2] for seen in server.seen] == ["createTask", "recordInfo"]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (record("fail", failCode="422", failMsg="failed"), "422"),
        (envelope(501, "Generation failed"), "501"),
        (envelope(408, "Upstream returned no result for over 10 minutes"), "408"),
    ],
)
def test_a_failed_job_says_why_in_the_record_or_in_the_envelope(
    make: Make, script: Script, code: str
) -> None:
    with wire(in_order(script)) as server, pytest.raises(JobFailed) as failed:
        make("kie", server.url).resume(ID, options=JOBS).wait()
    assert failed.value.code == code
    assert len(server.seen) == 1


def test_maintenance_and_a_state_that_nobody_knows_are_asked_about_again(make: Make) -> None:
    polls = in_order(envelope(455, "maintenance"), record("paused"), PLAIN)
    with wire(polls) as server:
        assert make("kie", server.url).resume(ID, options=JOBS).wait().videos == (URL,)


def test_a_record_that_is_not_there_yet_is_asked_for_again_and_not_for_ever(make: Make) -> None:
    missing = envelope(422, "recordInfo is null")
    with wire(in_order(created(), missing, PLAIN)) as server:
        job = make("kie", server.url).submit("a cat", options=JOBS)
        assert job.wait().videos == (URL,)
    with wire(in_order(missing)) as server, pytest.raises(TaskNotFound):
        make("kie", server.url).resume(ID, options=JOBS).wait()


@pytest.mark.parametrize(
    ("code", "msg", "expected"),
    [
        (422, "The model name you specified is not supported. Please verify it.", InvalidRequest),
        (500, "prompt is required", InvalidRequest),
        (500, "resolution is not within the range of allowed options", InvalidRequest),
        (402, "Credits insufficient : Your current balance isn’t enough.", InsufficientCredit),
        (500, "Credits insufficient : Your current balance isn’t enough.", InsufficientCredit),
        (500, "Server exception, please try again later", AmbiguousSubmission),
        (429, "Your call frequency is too high. Please try again later.", RateLimited),
    ],
)
def test_a_refused_creation_is_told_by_code_and_text(
    make: Make, code: int, msg: str, expected: type[Exception]
) -> None:
    with wire(in_order(envelope(code, msg))) as server, pytest.raises(expected):
        client = make("kie", server.url, retry=RetryPolicy(attempts=1))
        client.submit("a cat", options=JOBS)
    assert len(server.seen) == 1


def test_a_creation_whose_reply_was_lost_is_not_repeated(make: Make) -> None:
    with wire(in_order(RESET)) as server, pytest.raises(AmbiguousSubmission):
        make("kie", server.url).submit("a cat", options=JOBS)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("resolution", "fields"),
    [("1080p", {"taskId": ID, "index": "1"}), ("4k", {"task_id": ID, "index": 1})],
)
def test_a_better_version_is_a_job_of_its_own_and_is_made_once(
    make: Make, resolution: str, fields: dict[str, Any]
) -> None:
    better = record("success", BETTER, result=LARGE)
    with wire(in_order(created(BETTER), record("waiting", BETTER), better)) as server:
        job = make("kie", server.url).resume(ID, options=JOBS)
        assert job.upgrade(resolution, index=1) == (URL,)
        assert job.upgrade(resolution, index=1) == (URL,)
    created_ = [seen for seen in server.seen if seen.method == "POST"]
    assert [seen.json for seen in created_] == [
        {"model": f"veo/get-{resolution}-video", "input": fields}
    ]
    assert {seen.query["taskId"] for seen in server.seen if seen.method == "GET"} == {BETTER}


def test_a_better_version_that_took_too_long_is_waited_for_again_and_not_paid_again(
    make: Make, clock: VirtualClock
) -> None:
    done = [record("waiting", BETTER)]

    def handle(seen: Seen) -> Script:
        return created(BETTER) if seen.method == "POST" else done[0]

    with wire(handle) as server:
        job = make("kie", server.url).resume(ID, options=JOBS)
        with pytest.raises(DeadlineExceeded):
            job.upgrade("4k", deadline=100)
        assert sum(clock.slept_s) == pytest.approx(100)
        done[0] = record("success", BETTER, result=LARGE)
        assert job.upgrade("4k") == (URL,)
    assert [seen.method for seen in server.seen].count("POST") == 1


def test_a_better_version_whose_link_has_expired_is_not_made_again(
    make: Make, tmp_path: Path
) -> None:
    links = ["/old.mp4", "/new.mp4"]

    def handle(seen: Seen) -> Script:
        if seen.method == "POST":
            return created(BETTER)
        if seen.path == "/old.mp4":
            return reply(404, "gone")
        if seen.path == "/new.mp4":
            return reply(200, video())
        if seen.query["taskId"] == ID:
            return PLAIN
        url = f"http://{seen.headers['host']}{links.pop(0)}"
        return record("success", BETTER, result={"code": 200, "data": {"result_urls": [url]}})

    with wire(handle) as server:
        job = make("kie", server.url).resume(ID, options=JOBS)
        job.download(tmp_path / "cat.mp4", resolution="1080p")
    assert (tmp_path / "cat.mp4").read_bytes() == video()
    assert [seen.method for seen in server.seen].count("POST") == 1


def test_a_better_version_that_does_not_exist_is_refused_before_a_call(
    make: Make, tmp_path: Path
) -> None:
    job = make("kie", "http://127.0.0.1:9").resume(ID, options=JOBS)
    with pytest.raises(UnsupportedRequest, match="neither 1080p nor 4k"):
        job.download(tmp_path / "cat.mp4", resolution="8k")


def test_an_extension_is_a_job_of_the_same_api_and_takes_no_tier(make: Make) -> None:
    with wire(in_order(created(BETTER), record("success", BETTER, result=LARGE))) as server:
        job = make("kie", server.url).resume(ID, options=JOBS)
        longer = job.extend("it lands", seeds=12345, callback_url="https://me.example/cb")
        assert longer.wait().videos == (URL,)
        with pytest.raises(UnsupportedRequest, match="model"):
            job.extend("it lands", model="fast")
    assert server.seen[0].json == {
        "model": "veo/extend",
        "callBackUrl": "https://me.example/cb",
        "input": {"task_id": ID, "prompt": "it lands", "seeds": 12345},
    }


def callback(**data: Any) -> bytes:
    code = 501 if data["state"] == "fail" else 200
    return json.dumps({"code": code, "msg": "told", "data": {"taskId": ID} | data}).encode()


def test_a_callback_in_the_general_form_is_read_as_the_record_is() -> None:
    told = parse("kie", callback(state="success", resultJson=json.dumps(LARGE)))
    assert (told.task_id, told.succeeded, told.videos) == (ID, True, (URL,))
    failed = parse("kie", callback(state="fail", failCode="500", failMsg="Internal server error"))
    assert (failed.succeeded, failed.message, failed.videos) == (
        False,
        "Internal server error",
        (),
    )


def test_a_callback_in_the_form_of_veo_is_read_with_links_as_list_or_as_text() -> None:
    for urls in ([URL], json.dumps([URL])):
        body = {"code": 200, "msg": "done", "data": {"taskId": ID, "info": {"resultUrls": urls}}}
        assert parse("kie", json.dumps(body).encode()).videos == (URL,)
