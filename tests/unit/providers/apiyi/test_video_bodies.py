"""The video object, its content and the list of models."""

from typing import Any

import pytest
from msgspec.structs import replace

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import Results
from mockserver.domain.provider.command import Accepted, Models
from mockserver.domain.provider.provider import Inbound
from mockserver.domain.reply.reply import MediaRef, Reply
from mockserver.domain.time.clock import start_clock
from mockserver.providers.apiyi import PROVIDER
from mockserver.providers.apiyi.status import FAILURES
from tests.unit.providers.apiyi.calls import (
    CREATED_MS,
    DONE_MS,
    OPERATIONS,
    RUNNING_MS,
    TASK_ID,
    body_of,
    content,
    context,
    posted,
    status,
    task,
)

URL = f"http://127.0.0.1:8080/media/sb1/{TASK_ID}-0-720p.mp4"


def created(**dialect: str) -> Reply:
    context_ = context(now_ms=CREATED_MS, **dialect)
    return OPERATIONS["create"].encode(Accepted(task()), posted({}), context_)


def test_a_creation_has_the_documented_fields_id_and_status_first() -> None:
    body = body_of(created())
    assert list(body.items()) == [
        ("id", TASK_ID),
        ("object", "video"),
        ("created", CREATED_MS // 1000),
        ("created_at", CREATED_MS // 1000),
        ("status", "queued"),
        ("model", "veo-3.1"),
    ]
    assert contracts.validate("apiyi", "video_created", body, strict=True) == []


@pytest.mark.parametrize(
    ("rate", "speed", "advised"),
    [(0.0, 1.0, b"5000"), (1.0, 1.0, b"5000"), (10.0, 50.0, b"10"), (1.0, 10.0**6, b"1")],
)
def test_the_header_of_the_sdks_advises_a_pace_that_shrinks_with_speed_and_rate(
    rate: float, speed: float, advised: bytes
) -> None:
    clock = start_clock("real", 0, rate=rate) if rate else start_clock("manual", 0)
    context_ = replace(context(), clock=clock, speed=speed)
    reply = OPERATIONS["create"].encode(Accepted(task()), posted({}), context_)
    assert dict(reply.headers)[b"openai-poll-after-ms"] == advised


@pytest.mark.parametrize(
    ("now_ms", "word", "message"),
    [
        (CREATED_MS, "queued", "video_queued"),
        (RUNNING_MS, "processing", "video_processing"),
        (DONE_MS, "completed", "video_completed"),
    ],
)
def test_a_task_goes_through_the_documented_words(now_ms: int, word: str, message: str) -> None:
    body = status(task(), now_ms)
    assert body["status"] == word
    assert ("prompt" in body) == (word == "completed")
    assert contracts.validate("apiyi", message, body, strict=True) == []


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_task_has_an_error_of_code_and_message(name: str) -> None:
    body = status(task(failure=name))
    beside = {"status": "INTERNAL"} if name == "paused" else {}
    words = {"code": FAILURES[name].code, "message": FAILURES[name].message}
    assert body["error"] == words | beside
    assert contracts.validate("apiyi", "video_failed", body, strict=True) == []


@pytest.mark.parametrize(
    ("switch", "value", "expected"),
    [
        ("failed_error", "text", {"error": FAILURES["internal"].message}),
        ("failed_error", "empty", {"error": ""}),
        ("failed_error", "absent", {}),
    ],
)
def test_the_error_of_a_failed_task_is_a_dialect(
    switch: str, value: str, expected: dict[str, str]
) -> None:
    body = status(task(failure="internal"), **{switch: value})
    assert {k: v for k, v in body.items() if k == "error"} == expected
    assert contracts.dialects("apiyi", "video_failed", body)[switch] == (value,)


def test_other_bodies_are_dialects() -> None:
    assert status(task(), RUNNING_MS, running_word="in_progress")["status"] == "in_progress"
    assert "created_at" not in status(task(), timestamp="created")
    assert "created" not in status(task(), timestamp="created_at")
    assert body_of(created(video_body="short")) == {"id": TASK_ID, "status": "queued"}
    extras = status(task(), RUNNING_MS + 55_000, extras="on")
    assert 0 < extras["progress"] < 100
    assert isinstance(extras["progress"], int)
    assert extras["task_type"] == "sora2_video_generation"


def test_ids_are_a_dialect() -> None:
    assert PROVIDER.make_id(bytes(24), 5, "create", PROVIDER.defaults).startswith("video_")
    made = PROVIDER.make_id(bytes(24), 5, "create", PROVIDER.dialect_with({"task_id": "task"}))
    assert made.startswith("task_")
    assert len(made) == len("task_") + 32


def test_content_as_json_has_the_link_and_the_size() -> None:
    body = body_of(content(task()))
    assert (body["url"], body["duration"], body["resolution"]) == (URL, 8, "720x1280")
    assert contracts.validate("apiyi", "content", body, strict=True) == []
    wide = body_of(content(task(orientation="landscape")))
    assert wide["resolution"] == "1280x720"
    assert body_of(content(task(), content_url_field="video_url"))["video_url"] == URL
    assert "expires_at" not in body


def test_content_with_extras_says_in_unix_seconds_when_its_link_ends() -> None:
    made = task()
    body = body_of(content(made, extras="on"))
    assert body["expires_at"] == (DONE_MS + made.media_ttl_ms) // 1000


@pytest.mark.parametrize(
    ("accept", "is_bytes"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/plain, */*", False),
        ("video/mp4", True),
        ("Video/*", True),
        ("application/binary", True),
        ("application/octet-stream", True),
    ],
)
def test_what_accept_names_decides_between_json_and_bytes(
    accept: str | None, is_bytes: bool
) -> None:
    reply = content(task(), accept)
    assert isinstance(reply.body, MediaRef) == is_bytes
    assert dict(reply.headers)[b"content-type"] == (
        b"video/mp4" if is_bytes else b"application/json"
    )


def test_the_form_of_content_can_be_fixed_by_dialect() -> None:
    assert isinstance(content(task(), "application/json", content="bytes").body, MediaRef)
    assert isinstance(content(task(), "video/mp4", content="json").body, bytes)


@pytest.mark.parametrize(
    ("now_ms", "failure", "word"),
    [(CREATED_MS, "", "queued"), (RUNNING_MS, "", "processing"), (DONE_MS, "internal", "failed")],
)
def test_content_too_early_names_the_status(now_ms: int, failure: str, word: str) -> None:
    with pytest.raises(Refusal) as caught:
        content(task(failure=failure), now_ms=now_ms)
    assert caught.value.kind == "not_ready"
    assert caught.value.message == f"Task is not completed yet, current status: {word}"


@pytest.mark.parametrize(
    ("urls", "expected"), [("absent", None), ("empty", ""), ("broken", URL), ("all", URL)]
)
def test_a_plan_may_spoil_the_link(urls: Any, expected: str | None) -> None:
    assert body_of(content(task(Results(urls=urls)))).get("url") == expected


def test_models_are_listed_as_openai_does() -> None:
    reply = OPERATIONS["models"].encode(Models(5_000), Inbound("GET", "/v1/models"), context())
    body = body_of(reply)
    assert contracts.validate("apiyi", "models", body, strict=True) == []
    assert len(body["data"]) == 8
