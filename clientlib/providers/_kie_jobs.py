"""Kie's jobs API: one call creates, one tells; `model` says what is made.

Its fields are documented at docs.kie.ai/veo3-api/generate-veo-3-video (2026-10-09), its records at
docs.kie.ai/market/common/get-task-detail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from clientlib.providers._kie_envelope import data_of, given
from clientlib.sdk import (
    Callback,
    Failure,
    Order,
    Reply,
    Request,
    Snapshot,
    Status,
    errors,
    integer,
    links,
    malformed,
    percent,
    refuse,
    same_task,
    text,
)

CREATE: Final = "/api/v1/jobs/createTask"
STATES: Final = {
    "waiting": Status.QUEUED,
    "queuing": Status.QUEUED,
    "generating": Status.RUNNING,
    "success": Status.SUCCEEDED,
    "fail": Status.FAILED,
}
ENDED: Final = ("408", "501")
"""Codes of a record's envelope that say that the job failed (docs: get-task-detail)."""


def create(order: Order, options: Any) -> Request:
    """A video; the names of its fields have underscores, whatever Kie's own pages show."""
    fields = {
        "prompt": order.prompt,
        "model": order.model or "veo3_fast",
        "image_urls": [str(image) for image in order.images] or None,
        "aspect_ratio": order.aspect,
        "resolution": order.resolution,
        "duration": order.duration_s,
        "generation_type": options.generation_type,
        "seeds": options.seeds,
        "watermark": options.watermark,
        "enable_translation": options.enable_translation,
        "enable_fallback": options.enable_fallback,
    }
    return _job("veo-3-1", given(fields) | dict(options.extra), order.callback_url)


def extend(task_id: str, prompt: str, **more: Any) -> Request:
    """A continuation. There is no field for the tier: that of the original, it is inferred."""
    known = {"seeds", "watermark", "callback_url"}
    if unknown := sorted(set(more) - known):
        raise refuse(unknown[0], f"extend takes {', '.join(sorted(known))}")
    fields = {
        "task_id": task_id,
        "prompt": prompt,
        "seeds": more.get("seeds"),
        "watermark": more.get("watermark"),
    }
    return _job("veo/extend", given(fields), more.get("callback_url"))


def upgrade(task_id: str, resolution: str, index: int) -> Request:
    """The two pages spell the id and the index differently."""
    if resolution == "1080p":
        return _job("veo/get-1080p-video", {"taskId": task_id, "index": str(index)})
    if resolution == "4k":
        return _job("veo/get-4k-video", {"task_id": task_id, "index": index})
    raise refuse("resolution", f"{resolution!r} is neither 1080p nor 4k")


def _job(model: str, fields: Mapping[str, Any], callback_url: str | None = None) -> Request:
    body = given({"model": model, "callBackUrl": callback_url, "input": fields})
    return Request("POST", CREATE, json=body)


def poll(task_id: str) -> Request:
    """What became of a job."""
    return Request("GET", "/api/v1/jobs/recordInfo", query={"taskId": task_id})


def read_task(reply: Reply, task_id: str) -> Snapshot:
    """A record; a failed job is sometimes told by the envelope instead."""
    try:
        data = data_of(reply)
    except errors.ProviderError as error:
        if reply.is_success and error.code in ENDED:
            told = Failure(error.code, error.message)
            return Snapshot(task_id, Status.FAILED, failure=told)
        raise
    if not isinstance(data, dict):
        raise malformed(reply, "The record is empty")
    same_task(reply, task_id, data.get("taskId"))
    status = STATES.get(str(data.get("state")))
    if status is None:
        raise malformed(reply, f"state is {data.get('state')!r}")
    failure = _failure(data) if status is Status.FAILED else None
    progress = 100.0 if status is Status.SUCCEEDED else percent(data.get("progress"))
    return Snapshot(task_id, status, progress, videos(data), failure, data)


def _failure(data: Mapping[str, Any]) -> Failure:
    return Failure(text(data.get("failCode")), text(data.get("failMsg")) or "no reason given")


def videos(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The links of a result, which is JSON text: at 1080p and 4k they stand one level deeper."""
    for result in (_object(data.get("resultJson")), _object(data.get("response"))):
        found = links(result.get("resultUrls"))
        found = found or links(_object(result.get("data")).get("result_urls"))
        if found:
            return found
    return ()


def _object(value: object) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def read_callback(task_id: str, body: Mapping[str, Any], data: Mapping[str, Any]) -> Callback:
    """The general form, which tells a job as its record does."""
    succeeded = data["state"] == "success" and integer(body.get("code")) == 200
    message = text(data.get("failMsg")) or text(body.get("msg")) or ""
    return Callback(task_id, succeeded, message, videos(data), body)
