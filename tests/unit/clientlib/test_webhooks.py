"""Callbacks are believed only when signed in time, and only as hints."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clientlib import (
    BadSignature,
    Callback,
    CallbackReceiver,
    JobFailed,
    MalformedCallback,
    StaleCallback,
    Status,
    parse,
    verify,
)
from tests.support.client_both import Make
from tests.support.client_jobs import IDS, in_order, task
from tests.support.client_wire import wire

# The vector of the provider facts, computed from the documented formula.
ID, STAMP, KEY = "veo_task_abcdef123456", 1765180586, "test_webhook_hmac_key"
SIGNATURE = "qumWzwnyyy1kW86/lM42w5IFtI1DcrBobNSiSlV5SQA="
HEADERS = {"X-Webhook-Timestamp": str(STAMP), "X-Webhook-Signature": SIGNATURE}
URL = "http://example.com/video1.mp4"


def body(named: str = ID, code: int = 200, spelt: str = "taskId") -> bytes:
    told: dict[str, Any] = {spelt: named, "info": {"resultUrls": [URL]}}
    return json.dumps({"code": code, "msg": "Veo3.1 video generated.", "data": told}).encode()


def signed(task_id: str, at_s: int = STAMP, key: str = KEY) -> dict[str, str]:
    digest = hmac.new(key.encode(), f"{task_id}.{at_s}".encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return {"x-webhook-timestamp": str(at_s), "x-webhook-signature": signature}


def test_a_signed_callback_is_read() -> None:
    callback = verify(HEADERS, body(), KEY, STAMP)
    assert (callback.task_id, callback.succeeded, callback.videos) == (ID, True, (URL,))


def test_header_names_have_no_case_and_the_key_may_be_bytes() -> None:
    headers = {name.upper(): value for name, value in HEADERS.items()}
    assert verify(headers, body(), KEY.encode(), STAMP).task_id == ID


def test_the_task_id_is_found_under_both_spellings() -> None:
    assert verify(HEADERS, body(spelt="task_id"), KEY, STAMP).task_id == ID


@pytest.mark.parametrize("now", [STAMP - 300, STAMP, STAMP + 300])
def test_a_timestamp_within_the_tolerance_passes(now: int) -> None:
    verify(HEADERS, body(), KEY, now)


@pytest.mark.parametrize("now", [STAMP - 301, STAMP + 301])
def test_a_timestamp_outside_the_tolerance_is_stale(now: int) -> None:
    with pytest.raises(StaleCallback):
        verify(HEADERS, body(), KEY, now)


def test_the_tolerance_can_be_chosen() -> None:
    verify(HEADERS, body(), KEY, STAMP + 900, tolerance_s=1000)


BAD: list[dict[str, str]] = [
    {},
    {"X-Webhook-Timestamp": str(STAMP)},
    {"X-Webhook-Signature": SIGNATURE},
    HEADERS | {"X-Webhook-Signature": SIGNATURE[:-2] + "B="},
    HEADERS | {"X-Webhook-Signature": "签名"},
    HEADERS | {"X-Webhook-Timestamp": str(STAMP + 1)},
    signed(ID, key="another key"),
    signed("another task"),
]


@pytest.mark.parametrize("headers", BAD)
def test_a_wrong_signature_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(headers, body(), KEY, STAMP)


@pytest.mark.parametrize("stamp", ["now", "1.5e9", "٣", "9" * 30])
def test_a_timestamp_that_is_no_unix_time_is_refused_even_when_signed(stamp: str) -> None:
    digest = hmac.new(KEY.encode(), f"{ID}.{stamp}".encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    headers = {"x-webhook-timestamp": stamp, "x-webhook-signature": signature}
    with pytest.raises(StaleCallback):
        verify(headers, body(), KEY, STAMP)


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"{}", b'{"data": 7}', b"[" * 100_000, b"\xff"])
def test_a_body_that_cannot_be_read_is_malformed(sent: bytes) -> None:
    with pytest.raises(MalformedCallback):
        verify(HEADERS, sent, KEY, STAMP)


def test_a_failure_callback_says_so() -> None:
    callback = parse("kie", b'{"code": 400, "msg": "flagged", "data": {"taskId": "x"}}')
    assert (callback.succeeded, callback.message, callback.videos) == (False, "flagged", ())


def test_xcomputes_callbacks_are_finished_tasks() -> None:
    done = {"id": "t", "status": "completed", "result": {"videos": [{"url": [URL]}]}}
    assert parse("xcompute", json.dumps(done).encode()).videos == (URL,)
    failed = {"id": "t", "status": "failed", "error": {"message": "no", "code": ""}}
    assert parse("xcompute", json.dumps(failed).encode()).message == "no"
    with pytest.raises(MalformedCallback):
        parse("xcompute", b'{"id": "t", "status": "processing"}')
    with pytest.raises(MalformedCallback):
        parse("apiyi", b"{}")


@pytest.fixture
def heard() -> list[Callback]:
    return []


@pytest.fixture
def receiver(heard: list[Callback]) -> CallbackReceiver:
    return CallbackReceiver("kie", key=KEY, now=lambda: STAMP, on_callback=heard.append)


@pytest.fixture
def address(receiver: CallbackReceiver) -> Iterator[str]:
    with receiver.listen() as url:
        yield url


def post(url: str, content: bytes, headers: dict[str, str]) -> int:
    return httpx.post(url, content=content, headers=headers, trust_env=False).status_code


def test_a_signed_delivery_is_acknowledged_and_told_once(
    receiver: CallbackReceiver, address: str, heard: list[Callback]
) -> None:
    assert post(address, body(), HEADERS) == 200
    assert post(address, body(), HEADERS) == 200
    assert post(address, body(), signed(ID, STAMP + 5)) == 200
    assert receiver.hint(ID, 5)
    assert not receiver.hint(ID, 0)
    assert [callback.task_id for callback in heard] == [ID]


def test_an_upgrade_under_the_same_id_is_no_duplicate(receiver: CallbackReceiver) -> None:
    assert receiver.accept(HEADERS, body()) is not None
    assert receiver.accept(HEADERS, body(code=500)) is not None


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (body(), {}, 401),
        (body(), {**HEADERS, "X-Webhook-Signature": "x"}, 401),
        (body(), signed(ID, STAMP - 9999), 401),
        (b"{", HEADERS, 400),
        (b" " * 1_100_000, HEADERS, 413),
    ],
)
def test_what_must_not_be_believed_is_refused_and_wakes_nobody(
    receiver: CallbackReceiver,
    address: str,
    heard: list[Callback],
    content: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    assert post(address, content, headers) == status
    assert heard == []
    assert not receiver.hint(ID, 0)


def test_the_acknowledgement_does_not_wait_for_the_application() -> None:
    release = threading.Event()
    told = threading.Event()

    def slow(callback: Callback) -> None:
        release.wait(10)
        told.set()

    receiver = CallbackReceiver("kie", on_callback=slow)
    with receiver.listen() as url:
        assert post(url, body(), {}) == 200
        assert not told.is_set()
        release.set()
        assert told.wait(10)


def test_a_key_for_a_provider_that_does_not_sign_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="does not sign"):
        CallbackReceiver("xcompute", key="x")


def test_what_is_remembered_is_bounded(
    receiver: CallbackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientlib._webhooks.REMEMBERED", 2)
    for number in range(5):
        task_id = f"task-{number}"
        receiver.accept(signed(task_id), body(task_id))
    assert not receiver.hint("task-0", 0)
    assert receiver.hint("task-4", 0)


def test_a_callback_is_a_hint_that_the_provider_confirms(
    make: Make, receiver: CallbackReceiver
) -> None:
    job_id = IDS["kie"]
    with wire(in_order(task("kie", 1, url=URL))) as server:
        job = make("kie", server.url).resume(job_id)
        receiver.accept(signed(job_id), body(job_id, code=500))
        # The callback speaks of failure; the provider is asked and says success.
        assert job.wait_for_callback(receiver).status is Status.SUCCEEDED
        assert len(server.seen) == 1


def test_a_callback_that_is_early_does_not_end_the_wait(
    make: Make, receiver: CallbackReceiver
) -> None:
    job_id = IDS["kie"]

    def running_then_done(seen: object) -> Any:
        if len(server.seen) == 1:
            receiver.accept(signed(job_id), body(job_id, code=201))
            return task("kie", 0)
        return task("kie", 3)

    with wire(running_then_done) as server:
        job = make("kie", server.url).resume(job_id)
        receiver.accept(signed(job_id), body(job_id))
        with pytest.raises(JobFailed):
            job.wait_for_callback(receiver)
        assert len(server.seen) == 2


def test_a_callback_that_never_comes_is_made_up_for_by_asking(make: Make) -> None:
    receiver = CallbackReceiver("xcompute")
    with wire(in_order(task("xcompute", "completed", url=URL))) as server:
        job = make("xcompute", server.url).resume(IDS["xcompute"])
        assert job.wait_for_callback(receiver, deadline=0.05).status is Status.SUCCEEDED
