"""Callbacks: the documented bodies, and a signature that a verifier can check."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

import contracts
from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import Results
from mockserver.domain.job.task import Task, Upgrade
from mockserver.providers.kie.events import POLICY, callback, sign
from mockserver.providers.kie.status import FAILURES
from tests.unit.providers.kie.calls import DONE_MS, TASK_ID, context, task

MEDIA = f"http://127.0.0.1:8080/media/sb1/{TASK_ID}"
VECTOR = json.loads(
    (Path(__file__).parents[4] / "fixtures/kie/callbacks/signature.json").read_text("utf-8")
)


def delivery(event: str = "finished") -> Delivery:
    return Delivery("d1", TASK_ID, "kie", event, "http://127.0.0.1:9/cb", DONE_MS, DONE_MS)


def sent(of: Task, event: str = "finished", **dialect: str) -> Any:
    return json.loads(callback(of, delivery(event), context(**dialect)).body)


def with_4k(*, failed: bool = False) -> Task:
    ready_ms, failed_ms = (None, DONE_MS) if failed else (DONE_MS, None)
    return task(upgrades=(Upgrade("4k", 0, DONE_MS, ready_ms, failed_ms),))


def test_a_success_carries_the_videos_and_the_request() -> None:
    body = sent(task())
    assert list(body) == ["code", "msg", "data"]
    assert body["msg"] == "Veo3.1 video generated successfully."
    assert list(body["data"]) == ["taskId", "promptJson", "info", "fallbackFlag"]
    assert body["data"]["info"] == {"resultUrls": [f"{MEDIA}-0-720p.mp4"], "resolution": "720p"}
    assert json.loads(body["data"]["promptJson"])["enableTranslation"] is True
    assert contracts.validate("kie", "callback_succeeded", body, strict=True) == []


def test_original_urls_come_only_with_a_larger_video() -> None:
    info = sent(task(resolution="1080p"))["data"]["info"]
    assert list(info) == ["resultUrls", "originUrls", "resolution"]
    assert info["originUrls"] == [f"{MEDIA}-0-720p.mp4"]


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_carries_the_task_and_the_reason(name: str) -> None:
    body = sent(task(failure=name))
    assert list(body["data"].items()) == [("taskId", TASK_ID), ("fallbackFlag", False)]
    assert body["msg"] == FAILURES[name].message
    message = "callback_fallback_refused" if name == "fallback_refused" else "callback_failed"
    assert contracts.validate("kie", message, body, strict=True) == []


def test_an_extension_has_its_own_words() -> None:
    body = sent(task(parent_id="t0"))
    assert list(body["data"]["info"]) == ["resultUrls", "fullResultUrls", "resolution"]
    assert body["data"]["info"]["fullResultUrls"] == [f"{MEDIA}-0-720p-joined.mp4"]
    assert contracts.validate("kie", "callback_extended", body, strict=True) == []


def test_a_callback_may_contradict_the_record() -> None:
    lie = Results(contradict_callback=True)
    assert sent(task(lie))["code"] == 500
    assert sent(task(lie, failure="internal"))["code"] == 200


def test_4k_has_callbacks_of_its_own() -> None:
    good = sent(with_4k(), "upgraded_4k_0")
    assert list(good) == ["code", "data", "msg"]
    assert list(good["data"]) == ["creditsConsumed", "info", "taskId"]
    assert list(good["data"]["info"]) == ["imageUrls", "resultUrls"]
    assert good["data"]["creditsConsumed"] == 120
    assert contracts.validate("kie", "callback_4k_succeeded", good, strict=True) == []
    assert good["data"]["info"] == {
        "resultUrls": [f"{MEDIA}-0-4k.mp4"],
        "imageUrls": [f"{MEDIA}-0-720p.gif"],
    }
    bad = sent(with_4k(failed=True), "upgraded_4k_0")
    assert bad["data"] == {"taskId": TASK_ID}
    assert contracts.validate("kie", "callback_4k_failed", bad, strict=True) == []


def test_dialects_change_the_names_in_callbacks() -> None:
    assert sent(task(), callback_task_id="both")["data"]["task_id"] == TASK_ID
    assert "promptJson" not in sent(task(), callback_prompt="absent")["data"]
    older = sent(task(), callback_prompt="object", callback_msg="plain")
    assert list(older["data"]) == ["taskId", "info", "promptJson", "fallbackFlag"]
    assert older["data"]["promptJson"]["enableTranslation"] is True
    assert older["msg"] == "Video generated successfully."
    assert contracts.validate("kie", "callback_succeeded", older, strict=True) == []
    camel = sent(with_4k(), "upgraded_4k_0", callback_4k_names="camel")
    assert list(camel["data"]) == ["taskId", "info"]
    assert list(camel) == ["code", "msg", "data"]
    urls = sent(task(), result_urls="string")["data"]["info"]["resultUrls"]
    assert json.loads(urls) == [f"{MEDIA}-0-720p.mp4"]
    snake = sent(with_4k(), "upgraded_4k_0", callback_4k_names="snake")
    assert list(snake["data"]) == ["task_id", "result_urls", "media_ids", "image_urls"]
    assert contracts.dialects("kie", "callback_4k_succeeded", snake) == {
        "callback_4k_names": ("snake",),
        "task_id": ("hex32",),
    }
    failed = sent(with_4k(failed=True), "upgraded_4k_0", callback_4k_failed_data="null")
    assert failed["data"] is None
    assert contracts.validate("kie", "callback_4k_failed", failed) == []


def test_the_signature_is_the_documented_one() -> None:
    signature = sign(VECTOR["taskId"], VECTOR["timestamp"], VECTOR["key"])
    assert signature == VECTOR["signature"]


def test_a_callback_is_signed_only_where_there_is_a_key() -> None:
    assert [name for name, _ in callback(task(), delivery(), context()).headers] == [
        b"content-type"
    ]
    headers = dict(callback(task(), delivery(), context(webhook_key="k")).headers)
    timestamp = headers[b"x-webhook-timestamp"]
    assert timestamp == b"1793200000"
    expected = hmac.new(b"k", f"{TASK_ID}.".encode() + timestamp, hashlib.sha256).digest()
    assert base64.b64decode(headers[b"x-webhook-signature"]) == expected


def test_a_dialect_signs_with_the_sandbox_s_own_clock() -> None:
    headers = dict(
        callback(
            task(), delivery(), context(webhook_key="k", callback_signed_at="virtual_time")
        ).headers
    )
    assert headers[b"x-webhook-timestamp"] == b"1785999577"
    assert headers[b"x-webhook-signature"] == sign(TASK_ID, "1785999577", "k").encode()


def test_three_retries_follow_the_first_attempt_ever_farther_apart() -> None:
    assert POLICY.timeout_ms == 15_000
    assert len(POLICY.retry_delays_ms) == 3
    assert sorted(POLICY.retry_delays_ms) == list(POLICY.retry_delays_ms)
