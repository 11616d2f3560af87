"""Waiting: at the provider's pace, through whatever passes, to a named end."""

from __future__ import annotations

import gzip

import pytest

from clientlib import (
    AuthenticationFailed,
    DeadlineExceeded,
    JobExpired,
    JobFailed,
    MalformedReply,
    ProviderUnavailable,
    RecordExpired,
    RetryPolicy,
    Status,
    TaskNotFound,
    TransportFailure,
)
from tests.support.client_both import Make
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import (
    FAILED,
    IDS,
    PROVIDERS,
    QUEUED,
    RUNNING,
    SUCCEEDED,
    created,
    in_order,
    task,
    unknown_task,
)
from tests.support.client_wire import RESET, Script, reply, wire

URL = "https://media.example/a.mp4"
PACE = {"apiyi": 5.0, "kie": 30.0, "xcompute": 2.0}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_job_is_followed_to_its_success_at_the_advised_pace(
    make: Make, clock: VirtualClock, provider: str
) -> None:
    steps = in_order(
        created(provider),
        task(provider, QUEUED[provider]),
        task(provider, RUNNING[provider], progress=40),
        task(provider, SUCCEEDED[provider], progress=100, url=URL),
    )
    with wire(steps) as server:
        job = make(provider, server.url).submit("a cat")
        snapshot = job.wait()
        assert len(server.seen) == 4
    assert snapshot.status is Status.SUCCEEDED
    assert job.status is Status.SUCCEEDED
    assert snapshot.raw
    assert clock.slept_s[0] == PACE[provider]
    assert all(PACE[provider] <= slept <= 2 * PACE[provider] for slept in clock.slept_s)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_failed_job_raises_with_the_providers_reason(make: Make, provider: str) -> None:
    with wire(in_order(created(provider), task(provider, FAILED[provider]))) as server:
        job = make(provider, server.url).submit("a cat")
        with pytest.raises(JobFailed, match="no") as caught:
            job.wait()
    assert caught.value.snapshot.status is Status.FAILED
    codes = {"apiyi": "content_policy", "kie": "501", "xcompute": "500"}
    assert caught.value.code == codes[provider]
    assert caught.value.retry_safe


PASSING: dict[str, Script] = {
    "a reset": RESET,
    "500": reply(500, ""),
    "HTML with 200": reply(200, "<html>"),
    "a cut body": reply(200, '{"id": "video_abc123", "code": 200}', cut_after=9),
    "429": reply(429, ""),
    "another task's reply": reply(
        200,
        {"code": 200, "id": "other", "status": "completed", "data": {"taskId": "other", "id": "o"}},
    ),
    "a status nobody knows": reply(
        200, {"code": 200, "status": "banana", "data": {"successFlag": 9, "status": "banana"}}
    ),
    "an empty object": reply(200, {}),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_waited_out(make: Make, provider: str, name: str) -> None:
    steps = in_order(
        created(provider),
        PASSING[name],
        PASSING[name],
        task(provider, SUCCEEDED[provider], url=URL),
    )
    with wire(steps) as server:
        assert make(provider, server.url).submit("a cat").wait().status is Status.SUCCEEDED


@pytest.mark.parametrize("code", [408, 429, 455, 500])
def test_kies_envelope_of_trouble_is_never_taken_for_a_record(make: Make, code: int) -> None:
    trouble = reply(
        200, {"code": code, "msg": "x", "data": {"taskId": IDS["kie"], "successFlag": 1}}
    )
    steps = in_order(created("kie"), trouble, task("kie", 0), task("kie", 1, url=URL))
    with wire(steps) as server:
        assert make("kie", server.url).submit("a cat").wait().videos == (URL,)
        assert len(server.seen) == 4


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_task_that_is_not_found_at_first_is_waited_for(make: Make, provider: str) -> None:
    missing = unknown_task(provider)
    steps = in_order(
        created(provider), missing, missing, task(provider, SUCCEEDED[provider], url=URL)
    )
    with wire(steps) as server:
        assert make(provider, server.url).submit("a cat").wait().status is Status.SUCCEEDED


def test_a_task_that_was_seen_again_may_be_missing_for_as_long_as_before(make: Make) -> None:
    missing, running = unknown_task("kie"), task("kie", RUNNING["kie"])
    done = task("kie", SUCCEEDED["kie"], url=URL)
    steps = in_order(created("kie"), missing, missing, missing, running, missing, done)
    with wire(steps) as server:
        assert make("kie", server.url).submit("a cat").wait().status is Status.SUCCEEDED


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_task_that_is_never_found_is_reported_after_a_while(
    make: Make, clock: VirtualClock, provider: str
) -> None:
    with wire(in_order(created(provider), unknown_task(provider))) as server:
        job = make(provider, server.url).submit("a cat")
        with pytest.raises(TaskNotFound):
            job.wait()
    assert 60 <= sum(clock.slept_s) < 240


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_task_that_was_there_and_is_gone_has_expired(make: Make, provider: str) -> None:
    steps = in_order(created(provider), task(provider, RUNNING[provider]), unknown_task(provider))
    with wire(steps) as server:
        job = make(provider, server.url).submit("a cat")
        with pytest.raises(JobExpired):
            job.wait()
    assert job.status is Status.EXPIRED


def test_a_record_that_kie_keeps_no_longer_is_expired_and_not_an_error_of_refresh(
    make: Make,
) -> None:
    gone = {"code": 422, "msg": "Temporarily supports records within 14 days.", "data": None}
    with wire(in_order(reply(200, gone))) as server:
        snapshot = make("kie", server.url).resume("old").refresh()
    assert snapshot.status is Status.EXPIRED
    assert issubclass(RecordExpired, TaskNotFound)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_deadline_is_kept_and_the_last_error_told(
    make: Make, clock: VirtualClock, provider: str
) -> None:
    with wire(in_order(created(provider), reply(500, ""))) as server:
        job = make(provider, server.url).submit("a cat")
        started_s = clock.now()
        with pytest.raises(DeadlineExceeded, match="last:") as caught:
            job.wait()
    assert clock.now() - started_s == pytest.approx(600)
    assert isinstance(caught.value.__cause__, ProviderUnavailable)


def test_a_deadline_can_be_chosen_and_a_stalled_job_ends_there(
    make: Make, clock: VirtualClock
) -> None:
    with wire(in_order(created("xcompute"), task("xcompute", "processing", progress=99))) as server:
        job = make("xcompute", server.url).submit("a cat")
        with pytest.raises(DeadlineExceeded):
            job.wait(deadline=45)
    assert sum(clock.slept_s) == pytest.approx(45)
    assert job.snapshot.progress == 99


def test_a_retry_after_while_polling_is_never_undercut(make: Make, clock: VirtualClock) -> None:
    limited = reply(429, {"error": {"message": "slow"}}, {"retry-after-ms": "50000"})
    steps = in_order(created("xcompute"), limited, task("xcompute", "completed", url=URL))
    with wire(steps) as server:
        make("xcompute", server.url).submit("a cat").wait()
    assert clock.slept_s[1] >= 50


def test_a_hint_about_the_next_poll_is_followed(make: Make, clock: VirtualClock) -> None:
    hinted = reply(200, {"id": IDS["apiyi"], "status": "queued"}, {"openai-poll-after-ms": "17000"})
    steps = in_order(created("apiyi"), hinted, task("apiyi", "completed"))
    with wire(steps) as server:
        make("apiyi", server.url).submit("a cat").wait()
    assert clock.slept_s[1] == 17


def test_a_retry_after_beyond_the_deadline_ends_the_wait_at_once(
    make: Make, clock: VirtualClock
) -> None:
    limited = reply(429, {"error": {"message": "slow"}}, {"retry-after": "9000"})
    with wire(in_order(created("xcompute"), limited)) as server:
        job = make("xcompute", server.url).submit("a cat")
        with pytest.raises(DeadlineExceeded) as caught:
            job.wait()
    assert caught.value.retry_after_s == 9000
    assert sum(clock.slept_s) == 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refused_key_ends_the_wait_at_once(make: Make, provider: str) -> None:
    refusal = reply(200 if provider == "kie" else 401, {"code": 401, "msg": "no"})
    with wire(in_order(created(provider), refusal)) as server:
        job = make(provider, server.url).submit("a cat")
        with pytest.raises(AuthenticationFailed):
            job.wait()


def test_progress_yields_each_change_and_never_goes_back(make: Make) -> None:
    steps = in_order(
        created("xcompute"),
        task("xcompute", "processing", progress=10),
        task("xcompute", "processing", progress=60),
        task("xcompute", "pending", progress=30),
        task("xcompute", "completed", progress=100, url=URL),
    )
    with wire(steps) as server:
        job = make("xcompute", server.url).submit("a cat")
        seen = [(snapshot.status.value, snapshot.progress) for snapshot in job.progress()]
    assert [progress for _, progress in seen] == [10, 60, 60, 100]
    assert [status for status, _ in seen] == ["running", "running", "running", "succeeded"]


def test_progress_ends_with_a_failure_instead_of_raising_it(make: Make) -> None:
    with wire(in_order(created("kie"), task("kie", 2))) as server:
        job = make("kie", server.url).submit("a cat")
        assert [snapshot.status for snapshot in job.progress()] == [Status.FAILED]
        assert [snapshot.status for snapshot in job.progress()] == [Status.FAILED]


def test_an_end_is_final_whatever_is_told_later(make: Make) -> None:
    steps = in_order(created("kie"), task("kie", 1, url=URL), task("kie", 0), task("kie", 3))
    with wire(steps) as server:
        job = make("kie", server.url).submit("a cat")
        job.wait()
        assert job.refresh().status is Status.SUCCEEDED
        assert job.refresh().videos == (URL,)


def test_refresh_tries_again_and_then_says_what_is_wrong(make: Make, clock: VirtualClock) -> None:
    with wire(in_order(reply(200, "<html>"))) as server:
        with pytest.raises(MalformedReply):
            make("kie", server.url, retry=RetryPolicy(attempts=3)).resume("x").refresh()
        assert len(server.seen) == 3
    assert len(clock.slept_s) == 2


def test_a_lost_connection_is_a_transport_failure(make: Make) -> None:
    with wire(in_order(RESET)) as server, pytest.raises(TransportFailure) as caught:
        make("kie", server.url, retry=RetryPolicy(attempts=2)).resume("x").refresh()
    assert caught.value.sent


def test_a_job_resumed_after_a_crash_is_asked_at_once(make: Make, clock: VirtualClock) -> None:
    with wire(in_order(task("kie", 1, url=URL))) as server:
        job = make("kie", server.url).resume(IDS["kie"])
        assert job.wait().videos == (URL,)
    assert clock.slept_s == []
    assert server.seen[0].query == {"taskId": IDS["kie"]}


def test_an_id_with_a_slash_stays_one_path_segment(make: Make) -> None:
    with wire(in_order(reply(401, ""))) as server, pytest.raises(AuthenticationFailed):
        make("apiyi", server.url).resume("../admin?x=1").refresh()
    assert server.seen[0].path == "/v1/videos/..%2Fadmin%3Fx%3D1"


@pytest.mark.parametrize(
    "url",
    [[URL], URL, f'["{URL}"]', [URL, "javascript:alert(1)"]],
    ids=["list", "one", "text", "bad"],
)
def test_kies_urls_are_read_however_they_are_wrapped(make: Make, url: object) -> None:
    record = {"taskId": IDS["kie"], "successFlag": "1", "response": {"resultUrls": url}}
    with wire(in_order(reply(200, {"code": "200", "data": record}))) as server:
        assert make("kie", server.url).resume(IDS["kie"]).refresh().videos == (URL,)


@pytest.mark.parametrize("wrapped", [True, False])
def test_xcompute_is_read_wrapped_and_flat(make: Make, wrapped: bool) -> None:
    body = {"id": IDS["xcompute"], "status": "completed", "result": {"videos": [{"url": URL}]}}
    with wire(in_order(reply(200, {"code": 200, "data": body} if wrapped else body))) as server:
        assert make("xcompute", server.url).resume(IDS["xcompute"]).refresh().videos == (URL,)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("", "no reason given"),
        (None, "no reason given"),
        ("服务内部异常", "服务内部异常"),
        ({"code": "x", "message": "y"}, "y"),
        ({}, "no reason given"),
    ],
)
def test_apiyi_tells_of_failure_in_many_forms(make: Make, error: object, message: str) -> None:
    body = {"id": IDS["apiyi"], "status": "failed", "error": error}
    with wire(in_order(reply(200, body))) as server:
        snapshot = make("apiyi", server.url).resume(IDS["apiyi"]).refresh()
    assert snapshot.status is Status.FAILED
    assert snapshot.failure.message == message


@pytest.mark.parametrize("packed", [True, False])
def test_a_reply_is_read_packed_or_wrongly_said_to_be(make: Make, packed: bool) -> None:
    body = b'{"id": "video_abc123", "status": "completed"}'
    told = {"content-encoding": "gzip", "content-type": "application/json"}
    script = reply(200, gzip.compress(body) if packed else body, told)
    with wire(in_order(script)) as server:
        assert make("apiyi", server.url).resume(IDS["apiyi"]).refresh().status is Status.SUCCEEDED
