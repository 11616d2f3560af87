"""Writes xcompute's replies: the created id, the task, uploads, balances and the list of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.providers.xcompute.errors import live_request_id, spoken
from mockserver.providers.xcompute.models import MODELS
from mockserver.providers.xcompute.newer import VERSION, VERSION_HEADER, wants_version
from mockserver.providers.xcompute.status import word
from mockserver.sdk.provider import (
    MICROS,
    Accepted,
    Balance,
    Found,
    Models,
    Reply,
    Stored,
    Task,
    json_reply,
    media_until_ms,
    media_url,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Failure, Inbound, State

CREDITS_PER_USD = 10  # docs: docs.apimart.ai tasks/status: 0.15 beside 1.5
UNLIMITED = -1  # docs: docs.apimart.ai balance
UPLOAD_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def created(outcome: Accepted, inbound: Inbound, context: Context) -> Reply:
    """The reply to a creation: `data` is an array, and the status always `submitted`.

    In the newer contract it is an object, and the task is `queued`.
    """
    replayed = ((b"idempotency-replayed", b"true"),) if outcome.replayed else ()
    if wants_version(inbound):
        task = {"object": "generation.task", "id": outcome.task.id, "status": "queued"}
        body = {"request_id": live_request_id(context), "data": task}
        return json_reply(200, body, ((VERSION_HEADER, VERSION), *replayed))
    item = {"status": "submitted", "task_id": outcome.task.id}
    return json_reply(200, {"code": 200, "data": [item]}, replayed)


def status(outcome: Found, inbound: Inbound, context: Context) -> Reply:
    """The reply to a query: the task inside `data`, or without it (dialect)."""
    body = task_object(outcome.task, outcome.state, context)
    if outcome.state.failure is not None:
        body["error"] = _error(outcome.state.failure, inbound.query("language"), context)
    if context.dialect["task_shape"] == "flat":
        return json_reply(200, body)
    return json_reply(200, {"code": 200, "data": body})


def task_object(task: Task, state: State, context: Context) -> dict[str, Any]:
    """A task without its error. Its fields are sorted by name, as in the observed bodies."""
    done = state.phase in ("succeeded", "failed", "expired")
    created_s, since_s = task.created_ms // 1000, state.since_ms // 1000
    body: dict[str, Any] = {
        "created": created_s,
        "estimated_time": -(-task.estimated_ms // 1000),
        "id": task.id,
        # inferred: a failed task is at 100 too
        "progress": 100 if done else int(state.progress),
        "status": word(state, context),
    }
    if done:
        body["completed"] = since_s
    if state.phase == "succeeded":
        body["actual_time"] = since_s - created_s
        videos = _videos(task, context)
        if videos is not None:
            body["result"] = {"videos": videos}
    if context.dialect["cost_fields"] == "on":
        usd = task.price_micros / MICROS
        body |= {"cost": usd, "credits_cost": round(usd * CREDITS_PER_USD, 6)}
    return dict(sorted(body.items()))


def _videos(task: Task, context: Context) -> list[dict[str, Any]] | None:
    """The results of a success; None if a scenario leaves them out."""
    results = task.plan.results
    if results.urls == "absent":
        return None
    made = [n for n in range(task.videos) if n not in results.failed_videos]
    if results.urls == "empty":
        urls = [""] * len(made)
    else:
        urls = [media_url(task, context.sandbox_id, n) for n in made]
    until_s = media_until_ms(task) // 1000
    in_array = context.dialect["media_url"] == "array"
    return [{"expires_at": until_s, "url": [url] if in_array else url} for url in urls]


def _error(failure: Failure, language: str, context: Context) -> dict[str, Any]:
    message = spoken(failure.message, language, context)
    return {"code": failure.code, "message": message, "type": failure.type}


def uploaded(outcome: Stored, inbound: Inbound, context: Context) -> Reply:
    """The reply to an upload. A creation accepts its URL."""
    image = outcome.image
    name = f"{image.sha256[:32]}.{UPLOAD_SUFFIX[image.content_type]}"
    body = {
        "url": f"{context.base_url}/media/{context.sandbox_id}/uploads/{name}",
        "filename": image.filename,
        "content_type": image.content_type,
        "bytes": image.size_bytes,
        "created_at": context.now_ms // 1000,
    }
    return json_reply(200, body)


def balance(outcome: Balance, inbound: Inbound, context: Context) -> Reply:
    """`GET /v1/balance` and `/balance`."""
    return json_reply(
        200, _balance(outcome, context) | {"unlimited_quota": outcome.left_micros is None}
    )


def user_balance(outcome: Balance, inbound: Inbound, context: Context) -> Reply:
    """`/v1/user/balance`: the same without `unlimited_quota`."""
    return json_reply(200, _balance(outcome, context))


def _balance(outcome: Balance, context: Context) -> dict[str, Any]:
    left, used = outcome.left_micros, outcome.used_micros / MICROS
    remain = UNLIMITED if left is None else max(0, left) / MICROS
    body: dict[str, Any] = {"success": True, "remain_balance": remain, "used_balance": used}
    if context.dialect["balance_credits"] == "on":
        credits_left = UNLIMITED if left is None else round(remain * CREDITS_PER_USD, 6)
        body |= {"remain_credits": credits_left, "used_credits": round(used * CREDITS_PER_USD, 6)}
    return body


def models(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """The list of models in OpenAI's form. assumed: no document shows it."""
    since = outcome.since_ms // 1000
    data = [
        {"id": m.name, "object": "model", "created": since, "owned_by": "apimart"} for m in MODELS
    ]
    return json_reply(200, {"object": "list", "data": data})
