"""A creation happens once, or not at all, or is admitted to be unknown."""

from __future__ import annotations

from typing import Any

import pytest

from clientlib import (
    AmbiguousSubmission,
    AuthenticationFailed,
    InsufficientCredit,
    InvalidRequest,
    KieOptions,
    RateLimited,
    Redirected,
    RetryPolicy,
    Timeouts,
    TransportFailure,
)
from tests.support.client_both import Make
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import IDS, PROVIDERS, created, in_order
from tests.support.client_wire import RESET, SILENCE, Script, reply, wire


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_creation_gives_the_job_its_id(make: Make, provider: str) -> None:
    with wire(in_order(created(provider))) as server:
        assert make(provider, server.url).submit("a cat").task_id == IDS[provider]


@pytest.mark.parametrize(
    ("provider", "authorization"),
    [("apiyi", "sk-secret"), ("kie", "Bearer sk-secret"), ("xcompute", "Bearer sk-secret")],
)
def test_the_key_is_sent_as_the_provider_documents_it(
    make: Make, provider: str, authorization: str
) -> None:
    with wire(in_order(created(provider))) as server:
        make(provider, server.url, headers={"x-team": "film"}).submit("a cat")
    assert server.seen[0].headers["authorization"] == authorization
    assert server.seen[0].headers["x-team"] == "film"


AMBIGUOUS: dict[str, Script] = {
    "reset after the request": RESET,
    "500": reply(500, {"error": {"message": "oops"}}),
    "502 with HTML": reply(502, "<html>Bad Gateway</html>"),
    "503": reply(503, ""),
    "504": reply(504, ""),
    "408": reply(408, ""),
    "303 to what was made": reply(303, "", {"location": "http://elsewhere.example/task"}),
    "200 with HTML": reply(200, "<html>hello</html>"),
    "200 without a body": reply(200, ""),
    "200 without an id": reply(200, {"code": 200, "msg": "success", "data": None}),
    "200 cut in the middle": reply(
        200, '{"id":"video_abc123","data":{"taskId":"x"}}', cut_after=20
    ),
    "200 reset in the middle": reply(200, '{"id": 1, "x": "y"}', cut_after=9, end="reset"),
    "a JSON list": reply(200, [1, 2]),
    "nested brackets": reply(200, "[" * 100_000),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", AMBIGUOUS)
def test_an_unknown_outcome_is_said_to_be_unknown_and_not_repeated(
    make: Make, provider: str, name: str
) -> None:
    with wire(in_order(AMBIGUOUS[name])) as server:
        with pytest.raises(AmbiguousSubmission) as caught:
            make(provider, server.url).submit("a cat")
        assert len(server.seen) == 1
    assert not caught.value.retry_safe
    assert caught.value.__cause__ is not None
    assert caught.value.submitted_at_s == 1_765_000_000.0


def test_silence_after_a_creation_is_ambiguous(make: Make) -> None:
    with wire(in_order(SILENCE)) as server:
        client = make("kie", server.url, timeouts=Timeouts(read_s=0.1))
        with pytest.raises(AmbiguousSubmission):
            client.submit("a cat")
        assert len(server.seen) == 1


@pytest.mark.parametrize("code", [500, 501, 455])
def test_a_kie_envelope_that_reports_trouble_is_ambiguous(make: Make, code: int) -> None:
    with wire(in_order(reply(200, {"code": code, "msg": "Server Error", "data": None}))) as server:
        with pytest.raises(AmbiguousSubmission) as caught:
            make("kie", server.url).submit("a cat")
        assert len(server.seen) == 1
    assert caught.value.code == str(code)


def test_a_reply_that_is_cut_after_its_last_brace_still_counts(make: Make) -> None:
    whole = '{"id":"video_abc123","status":"queued"}'
    script = reply(200, whole, {"content-length": str(len(whole) + 5)})
    with wire(in_order(script)) as server:
        assert make("apiyi", server.url).submit("a cat").task_id == "video_abc123"


REFUSALS: list[tuple[str, Script, type[Exception]]] = [
    (
        "apiyi",
        reply(401, {"error": {"code": "invalid_api_key", "message": "no"}}),
        AuthenticationFailed,
    ),
    ("apiyi", reply(403, {"error": {"message": "quota is not enough"}}), InsufficientCredit),
    (
        "apiyi",
        reply(429, {"error": {"code": "insufficient_balance", "message": "x"}}),
        InsufficientCredit,
    ),
    ("apiyi", reply(400, {"error": {"code": "invalid_prompt", "message": "x"}}), InvalidRequest),
    ("apiyi", reply(503, {"error": {"message": "no available channels"}}), InvalidRequest),
    ("apiyi", reply(400, "<html>"), InvalidRequest),
    ("apiyi", reply(404, "<html>"), InvalidRequest),
    ("kie", reply(200, {"code": 401, "msg": "Unauthorized"}), AuthenticationFailed),
    (
        "kie",
        reply(200, {"code": 402, "msg": "Insufficient credits", "data": None}),
        InsufficientCredit,
    ),
    ("kie", reply(200, {"code": 422, "msg": "不能为空", "data": None}), InvalidRequest),
    ("kie", reply(402, {"code": 200, "msg": "success"}), InsufficientCredit),
    (
        "xcompute",
        reply(401, {"error": {"code": 401, "message": "身份验证失败"}}),
        AuthenticationFailed,
    ),
    (
        "xcompute",
        reply(402, {"error": {"code": 402, "message": "账户余额不足"}}),
        InsufficientCredit,
    ),
    ("xcompute", reply(500, {"error": {"message": "build_request_failed: size"}}), InvalidRequest),
]


@pytest.mark.parametrize(("provider", "script", "expected"), REFUSALS)
def test_a_refusal_is_its_own_error_and_is_not_repeated(
    make: Make, provider: str, script: Script, expected: type[Exception]
) -> None:
    with wire(in_order(script)) as server:
        with pytest.raises(expected) as caught:
            make(provider, server.url).submit("a cat")
        assert len(server.seen) == 1
    error: Any = caught.value
    assert error.retry_safe
    assert error.request.method == "POST"
    assert "sk-secret" not in f"{error!r} {error} {error.request!r}"


def test_a_redirect_that_passes_the_request_on_is_not_followed_with_the_key(make: Make) -> None:
    with wire(in_order(reply(200, ""))) as elsewhere:
        moved = reply(307, "", {"location": f"{elsewhere.url}/v1/videos"})
        with wire(in_order(moved)) as server, pytest.raises(Redirected):
            make("apiyi", server.url, retry=RetryPolicy(attempts=2)).submit("a cat")
        assert len(server.seen) == 2
    assert elsewhere.seen == []


def test_a_rate_limit_is_waited_out_and_the_creation_sent_again(
    make: Make, clock: VirtualClock
) -> None:
    limited = reply(429, {"error": {"code": 429, "message": "slow"}}, {"retry-after": "7"})
    with wire(in_order(limited, limited, created("xcompute"))) as server:
        assert make("xcompute", server.url).submit("a cat").task_id == "task_01K8"
        assert len(server.seen) == 3
    assert len(clock.slept_s) == 2
    assert all(seconds >= 7 for seconds in clock.slept_s)


def test_a_rate_limit_in_kies_envelope_is_one_too(make: Make, clock: VirtualClock) -> None:
    limited = reply(200, {"code": 429, "msg": "Rate Limited", "data": None})
    with wire(in_order(limited, created("kie"))) as server:
        make("kie", server.url).submit("a cat")
        assert len(server.seen) == 2


def test_a_rate_limit_that_outlasts_the_patience_is_raised_without_waiting_for_it(
    make: Make, clock: VirtualClock
) -> None:
    limited = reply(429, {"error": {"message": "slow"}}, {"retry-after": "3600"})
    with wire(in_order(limited)) as server, pytest.raises(RateLimited) as caught:
        make("apiyi", server.url).submit("a cat")
    assert caught.value.retry_after_s == 3600
    assert clock.slept_s == []


def test_a_connection_that_was_never_made_is_tried_again_and_then_reported(
    make: Make, clock: VirtualClock
) -> None:
    with wire(in_order(RESET)) as server:
        closed = server.url
    with pytest.raises(TransportFailure) as caught:
        make("kie", closed, retry=RetryPolicy(attempts=4)).submit("a cat")
    assert not caught.value.sent
    assert len(clock.slept_s) == 3


def test_every_field_of_a_kie_order_has_its_name_on_the_wire(make: Make) -> None:
    with wire(in_order(created("kie"))) as server:
        make("kie", server.url).submit(
            "a cat",
            model="veo3_lite",
            images=["https://images.example/a.png"],
            aspect="9:16",
            resolution="4k",
            duration_s=8,
            callback_url="https://me.example/cb",
            options=KieOptions(
                generation_type="REFERENCE_2_VIDEO",
                seeds=12345,
                watermark="me",
                enable_translation=False,
                enable_fallback=True,
                extra={"replyRef": "7"},
            ),
        )
    assert server.seen[0].json == {
        "prompt": "a cat",
        "model": "veo3_lite",
        "imageUrls": ["https://images.example/a.png"],
        "aspectRatio": "9:16",
        "resolution": "4k",
        "duration": 8,
        "callBackUrl": "https://me.example/cb",
        "generationType": "REFERENCE_2_VIDEO",
        "seeds": 12345,
        "watermark": "me",
        "enableTranslation": False,
        "enableFallback": True,
        "replyRef": "7",
    }
