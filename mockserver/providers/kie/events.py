"""Kie's callbacks: bodies [docs: generate-veo-3-video-callbacks] and the signature's headers."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.providers.kie.models import SURCHARGES_MICROS
from mockserver.providers.kie.status import CALLBACK_CODES, FAILURES, UNAVAILABLE_4K
from mockserver.providers.kie.urls import full_urls, original_urls, result_urls, upgraded_urls
from mockserver.sdk.provider import (
    JSON_TYPE,
    MICROS,
    CallbackPolicy,
    Delivery,
    Failure,
    Headers,
    Message,
    encode_json,
    outcome_step,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Task

POLICY = CallbackPolicy(
    timeout_ms=15_000,
    # docs: three retries; the pauses between them are assumed
    retry_delays_ms=(30_000, 60_000, 120_000),
    signs=True,
)
STRICT = replace(POLICY, only_200=True)
GENERATED = {
    "veo3.1": "Veo3.1 video generated successfully.",
    "plain": "Video generated successfully.",
}
EXTENDED = "Veo3.1 video extension successful."
GENERATED_4K = "4K Video generated successfully."


def policy(dialect: Mapping[str, str]) -> CallbackPolicy:
    """The switch `callback_ack` says which answers count."""
    return STRICT if dialect["callback_ack"] == "200" else POLICY


def callback(task: Task, delivery: Delivery, context: Context) -> Message:
    """What a receiver gets when a job or its 4k version has ended."""
    make = _upgraded if delivery.event.startswith("upgraded_") else _finished
    body = make(task, delivery, context)
    data = body["data"]
    if data is not None and context.dialect["callback_task_id"] == "both":
        data.setdefault("task_id", task.id)
    return Message((JSON_TYPE, *_signature(task.id, context)), encode_json(body))


def sign(task_id: str, timestamp: str, key: str) -> str:
    """docs: webhook-verification. The signature does not cover the body."""
    text = f"{task_id}.{timestamp}".encode()
    return b64encode(hmac.digest(key.encode("utf-8", "surrogatepass"), text, "sha256")).decode()


def _signature(task_id: str, context: Context) -> Headers:
    """Two headers, if the sandbox has a webhook key. The time is the attempt's real time in
    seconds, because receivers compare it with their own clock and allow 300 s [three clients].
    """
    if not context.webhook_key:
        return ()
    real = context.dialect["callback_signed_at"] == "real_time"
    timestamp = str((context.real_ms if real else context.now_ms) // 1000)
    return (
        (b"x-webhook-timestamp", timestamp.encode()),
        (b"x-webhook-signature", sign(task_id, timestamp, context.webhook_key).encode()),
    )


def _finished(task: Task, delivery: Delivery, context: Context) -> dict[str, Any]:
    step = outcome_step(task.plan)
    failure = step.failure if step is not None else None
    if task.plan.results.contradict_callback:
        failure = None if failure is not None else FAILURES["internal"]
    return _succeeded(task, context) if failure is None else _failed(task, failure)


def _succeeded(task: Task, context: Context) -> dict[str, Any]:
    links = {
        "resultUrls": result_urls(task, context),
        "originUrls": original_urls(task, context),
        "fullResultUrls": full_urls(task, context),
    }
    info = {name: value for name, value in links.items() if value is not None}
    info["resolution"] = task.resolution
    data: dict[str, Any] = {"taskId": task.id}
    prompt = context.dialect["callback_prompt"]
    if prompt == "present":
        data["promptJson"] = encode_json(task.params).decode()
    data["info"] = info
    if prompt == "object":
        data["promptJson"] = task.params
    data["fallbackFlag"] = False
    msg = GENERATED[context.dialect["callback_msg"]] if task.parent_id is None else EXTENDED
    return {"code": 200, "msg": msg, "data": data}


def _failed(task: Task, failure: Failure) -> dict[str, Any]:
    code = CALLBACK_CODES.get(failure.name, failure.code)
    data = {"taskId": task.id, "fallbackFlag": False}
    return {"code": code, "msg": failure.message, "data": data}


def _upgraded(task: Task, delivery: Delivery, context: Context) -> dict[str, Any]:
    """docs: 4K callbacks page."""
    _, variant, index = delivery.event.split("_")
    upgrade = task.upgrade(variant, int(index))
    names = context.dialect["callback_4k_names"]
    snake = names == "snake"
    data: dict[str, Any] | None = {"task_id" if snake else "taskId": task.id}
    if upgrade is None or upgrade.ready_ms is None:
        if context.dialect["callback_4k_failed_data"] == "null":
            data = None
        return {"code": UNAVAILABLE_4K.code, "msg": UNAVAILABLE_4K.message, "data": data}
    info = upgraded_urls(task, upgrade, context)
    assert data is not None
    if snake:
        media_ids = [f"{task.id}-{upgrade.index}"]  # assumed: no source shows one
        urls, images = info["resultUrls"], info["imageUrls"]
        data |= {"result_urls": urls, "media_ids": media_ids, "image_urls": images}
    elif names == "camel":
        data["info"] = info
    else:
        return _alphabetical_4k(task, info)
    return {"code": 200, "msg": GENERATED_4K, "data": data}


def _alphabetical_4k(task: Task, info: dict[str, Any]) -> dict[str, Any]:
    """docs: get-veo-3-4k-video-callbacks, 2026-11: names in alphabetical order, and the price."""
    credits = SURCHARGES_MICROS["4k"] // MICROS
    pictures = {"imageUrls": info["imageUrls"], "resultUrls": info["resultUrls"]}
    data = {"creditsConsumed": credits, "info": pictures, "taskId": task.id}
    return {"code": 200, "data": data, "msg": GENERATED_4K}
