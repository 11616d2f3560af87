"""Bodies that the providers send about a job, as a tiny server needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.client_wire import Script, Seen, reply

IDS = {"apiyi": "video_abc123", "kie": "veo_task_1", "xcompute": "task_01K8"}
PROVIDERS = tuple(IDS)
QUEUED = {"apiyi": "queued", "kie": 0, "xcompute": "pending"}
RUNNING = {"apiyi": "processing", "kie": 0, "xcompute": "processing"}
SUCCEEDED = {"apiyi": "completed", "kie": 1, "xcompute": "completed"}
FAILED = {"apiyi": "failed", "kie": 3, "xcompute": "failed"}


def created(provider: str) -> Script:
    """The reply to a creation."""
    task_id = IDS[provider]
    return reply(
        200,
        {
            "apiyi": {"id": task_id, "object": "video", "status": "queued"},
            "kie": {"code": 200, "msg": "success", "data": {"taskId": task_id}},
            "xcompute": {"code": 200, "data": [{"status": "submitted", "task_id": task_id}]},
        }[provider],
    )


def task(provider: str, word: Any, *, progress: int | None = None, url: str = "") -> Script:
    """The reply to a status call; `word` is the provider's own."""
    task_id = IDS[provider]
    if provider == "apiyi":
        body: dict[str, Any] = {"id": task_id, "object": "video", "status": word}
        body |= {"progress": progress} if progress is not None else {}
        body |= {"error": {"code": "content_policy", "message": "no"}} if word == "failed" else {}
        return reply(200, body)
    if provider == "kie":
        failed = word in (2, 3)
        record = {
            "taskId": task_id,
            "successFlag": word,
            "response": {"resultUrls": [url]} if url else None,
            "errorCode": 501 if failed else None,
            "errorMessage": "no" if failed else "",
        }
        return reply(200, {"code": 200, "msg": "success", "data": record})
    body = {"id": task_id, "status": word, "progress": progress or 0}
    body |= {"result": {"videos": [{"url": [url], "expires_at": 1}]}} if url else {}
    body |= {"error": {"code": 500, "message": "no"}} if word == "failed" else {}
    return reply(200, {"code": 200, "data": body})


def unknown_task(provider: str) -> Script:
    """What each says about an id it does not know."""
    if provider == "kie":
        return reply(200, {"code": 422, "msg": "Record not found for taskId: x", "data": None})
    if provider == "apiyi":
        return reply(404, {"error": {"code": "video_not_found", "message": "not found"}})
    return reply(400, {"error": {"code": 400, "message": "无效的任务ID"}})


def in_order(*scripts: Script) -> Callable[[Seen], Script]:
    """Play the scripts in order, the last one for ever."""
    left = list(scripts)
    return lambda seen: left.pop(0) if len(left) > 1 else left[0]
