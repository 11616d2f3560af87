"""Writes Kie's replies, each inside its envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

from mockserver.providers.kie.errors import envelope, success
from mockserver.providers.kie.fields import SEEDS
from mockserver.providers.kie.java_order import in_hash_map_order
from mockserver.providers.kie.models import UNLIMITED_MICROS
from mockserver.providers.kie.status import flag
from mockserver.providers.kie.urls import full_urls, original_urls, result_urls, upgraded_urls
from mockserver.sdk.provider import (
    LAST_MS,
    MICROS,
    Accepted,
    Balance,
    Failure,
    Found,
    Linked,
    Refusal,
    Reply,
    Task,
    Upgraded,
    encode_json,
    header_text,
    media_url,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

# docs: get-veo-3-4k-video
PENDING_4K = "4k is processing. It should be ready in 5-10 minutes. Please check back shortly."
READY_4K = "The video has been generated successfully"


def created(outcome: Accepted, inbound: Inbound, context: Context) -> Reply:
    """The reply to generate and extend."""
    return success(context, {"taskId": outcome.task.id})


def record(outcome: Found, inbound: Inbound, context: Context) -> Reply:
    """The record, with its fields in the recorded order."""
    task, state = outcome.task, outcome.state
    failure = state.failure
    succeeded = state.phase == "succeeded"
    ended = succeeded or failure is not None
    response = _response(task, context) if succeeded else None
    data = {
        "taskId": task.id,
        "paramJson": _param_json(task.params, context),
        "response": response,
        "successFlag": flag(state),
        "fallbackFlag": False,
        "completeTime": _time(state.since_ms, context) if ended else None,
        "createTime": _time(task.created_ms, context),
        "errorCode": failure.code if failure is not None else None,
        "errorMessage": _message(failure, context, succeeded=succeeded),
    }
    if response and context.dialect["result_urls"] == "string" and "resultUrls" in response:
        data["resultUrls"] = response["resultUrls"]  # docs: quickstart, JSON.parse(data.resultUrls)
    return success(context, data)


def _param_json(params: dict[str, Any], context: Context) -> str:
    """The request, with its names in the recorded order. `prompt` comes last in its bucket."""
    if context.dialect["param_order"] == "java":
        late = {"prompt": params["prompt"]} if "prompt" in params else {}
        params = in_hash_map_order({k: v for k, v in params.items() if k != "prompt"} | late)
    return encode_json(params).decode()


def _message(failure: Failure | None, context: Context, *, succeeded: bool) -> str | None:
    """`errorMessage`: null after a success [observed], empty while the job runs [recorded]."""
    if failure is not None:
        return failure.message
    return None if succeeded and context.dialect["error_message"] == "null" else ""


def _response(task: Task, context: Context) -> dict[str, Any]:
    """The results of a success, in the observed order, or in the documents' order (dialect)."""
    urls = {"resultUrls": result_urls(task, context)}
    if urls["resultUrls"] is None:
        del urls["resultUrls"]
    originals, full = original_urls(task, context), full_urls(task, context)
    response: dict[str, Any] = {"taskId": task.id}
    if context.dialect["response_fields"] == "documented":
        tail = {"originUrls": originals, "fullResultUrls": full, "resolution": task.resolution}
        return response | urls | tail
    response |= {"resolution": task.resolution, "originUrls": originals, **urls}
    if full is not None:
        response["fullResultUrls"] = full
    response["hasAudioList"] = [True] * task.videos
    response["seeds"] = [_seed(task, index) for index in range(task.videos)]
    return response


def _seed(task: Task, index: int) -> int:
    """Five digits: the seed of the request, or a seed made from the task's id."""
    drawn = SEEDS[crc32(f"{task.id}-{index}".encode()) % len(SEEDS)]
    given: int = task.params.get("seeds", drawn)
    return given


def _time(at_ms: int, context: Context) -> int | str:
    if context.dialect["time"] == "number":
        return at_ms
    moment = datetime.fromtimestamp(min(at_ms, LAST_MS) // 1000, UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def video_1080p(outcome: Upgraded, inbound: Inbound, context: Context) -> Reply:
    """The 1080p video. Raises Refusal(`pending_1080p`)."""
    task, upgrade = outcome.task, outcome.upgrade
    if not outcome.ready:
        reason = "taskId: the 1080p version is not ready, expected a later call"
        raise Refusal("pending_1080p", reason, task_id=task.id)
    urls = task.plan.results.urls
    if urls == "absent":
        return success(context, {})
    link = media_url(task, context.sandbox_id, upgrade.index, "1080p") if urls != "empty" else ""
    return success(context, {"resultUrl": link})


def video_4k(outcome: Upgraded, inbound: Inbound, context: Context) -> Reply:
    """Accepted with 200. Then 422 while it is made, and 422 when it is ready, too [docs].

    Raises Refusal(`upgrade_failed`).
    """
    task = outcome.task
    if outcome.failed:  # assumed: a repeated call says what the callback said
        raise Refusal("upgrade_failed", "taskId: its 4k version has failed", task_id=task.id)
    data: dict[str, Any] = {"taskId": task.id, "resultUrls": None, "imageUrls": None}
    if outcome.ready:
        data |= upgraded_urls(task, outcome.upgrade, context)
        return envelope(context, 422, READY_4K, {"data": data})
    if outcome.first:
        return success(context, data)
    reason = header_text("taskId: the 4k version is not ready, expected a later call")
    return envelope(context, 422, PENDING_4K, {"data": data}, ((b"x-mock-reason", reason),))


def credit(outcome: Balance, inbound: Inbound, context: Context) -> Reply:
    """Credits as a bare number. A whole number is an integer."""
    left_micros = outcome.left_micros
    if left_micros is None:
        left_micros = max(0, UNLIMITED_MICROS - outcome.used_micros)
    whole, rest = divmod(left_micros, MICROS)
    return success(context, left_micros / MICROS if rest else whole)


def download_url(outcome: Linked, inbound: Inbound, context: Context) -> Reply:
    """The short-lived link as a bare text."""
    return success(context, outcome.url)
