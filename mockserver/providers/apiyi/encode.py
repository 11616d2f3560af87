"""Writes APIYI's replies: the video object, its content, and the list of models."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct, UnsetType

from mockserver.providers.apiyi.models import DURATION_S, MODELS, SIZES
from mockserver.providers.apiyi.status import GOOGLE_STATUS, word
from mockserver.sdk.provider import (
    JSON_TYPE,
    Accepted,
    Failure,
    Found,
    Headers,
    MediaRef,
    Models,
    Refusal,
    Reply,
    State,
    Task,
    encode_json,
    json_reply,
    media_until_ms,
    media_url,
    pick,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

POLL_MS = 5000  # assumed: the lower end of the advised 5 to 10 s
BINARY_TYPES = ("video/", "application/octet-stream", "application/binary")


class _Video(Struct, gc=False):
    """The video object. No field before `id` and `status` has such a name, since shell samples grep
    for them.
    """

    id: str
    object: str
    created: int | UnsetType
    created_at: int | UnsetType
    status: str
    model: str
    progress: int | UnsetType
    task_type: str | UnsetType
    prompt: str | UnsetType
    error: dict[str, int | str] | str | UnsetType
    url: str | UnsetType = UNSET
    video_url: str | UnsetType = UNSET
    duration: int | UnsetType = UNSET
    resolution: str | UnsetType = UNSET
    expires_at: int | UnsetType = UNSET


def _video(task: Task, state: State, context: Context) -> _Video:
    """The documented fields of a task, and further fields if the dialect asks for them."""
    dialect = context.dialect
    created, stamp = task.created_ms // 1000, dialect["timestamp"]  # clients read either
    extras = dialect["extras"] == "on"
    return _Video(
        task.id,
        "video",
        UNSET if stamp == "created_at" else created,
        UNSET if stamp == "created" else created,
        word(state, context),
        task.model,
        int(state.progress) if extras else UNSET,
        "sora2_video_generation" if extras else UNSET,
        task.prompt if state.phase == "succeeded" else UNSET,
        UNSET if state.failure is None else _error(state.failure, dialect["failed_error"]),
    )


def _error(failure: Failure, form: str) -> dict[str, int | str] | str | UnsetType:
    match form:
        case "object":
            error = {"code": failure.code, "message": failure.message}
            return error | ({"status": GOOGLE_STATUS} if failure.type == GOOGLE_STATUS else {})
        case "text":
            return failure.message
        case "empty":
            return ""
        case _:
            return UNSET


def created(outcome: Accepted, inbound: Inbound, context: Context) -> Reply:
    """The reply to a creation: `queued` [docs: veo async], even if the job is already done."""
    state = State("queued", 0.0, outcome.task.created_ms, None, "")
    if context.dialect["video_body"] == "short":
        return _paced({"id": outcome.task.id, "status": word(state, context)}, context)
    return _paced(_video(outcome.task, state, context), context)


def status(outcome: Found, inbound: Inbound, context: Context) -> Reply:
    """The reply to a status query."""
    return _paced(_video(outcome.task, outcome.state, context), context)


def _paced(body: _Video | dict[str, str], context: Context) -> Reply:
    """A reply with the header that tells the OpenAI SDKs how often to poll."""
    return Reply(200, _pace(context.speed, context.clock.rate), encode_json(body))


@lru_cache
def _pace(speed: float, rate: float) -> Headers:
    """The pace in the client's own milliseconds. If the job runs faster, the pace is faster too."""
    pace_ms = max(1, round(POLL_MS / speed / (rate or 1)))
    return (JSON_TYPE, (b"openai-poll-after-ms", b"%d" % pace_ms))


def content(outcome: Found, inbound: Inbound, context: Context) -> Reply:
    """The finished video, as JSON with a URL or as bytes. Raises Refusal(`not_ready`)."""
    task, state = outcome.task, outcome.state
    if state.phase != "succeeded" or context.now_ms < task.plan.content_ms:
        now = word(state, context)
        text = f"Task is not completed yet, current status: {now}"
        raise Refusal("not_ready", f"content: the task is {now}", message=text, task_id=task.id)
    if task.plan.results.urls == "broken" and _wants_bytes(inbound, context):
        raise Refusal("not_found", "content: this video was never made", task_id=task.id)
    if _wants_bytes(inbound, context):
        asset = pick(task.orientation, task.resolution)
        headers = (
            (b"content-type", asset.content_type.encode()),
            (
                b"cache-control",
                b"public, max-age=86400",
            ),  # code: new-api, controller/video_proxy.go
        )
        return Reply(200, headers, MediaRef(asset.name, task.id, 0))
    return json_reply(200, _content(task, state, context))


def _wants_bytes(inbound: Inbound, context: Context) -> bool:
    form = context.dialect["content"]
    if form != "negotiated":
        return form == "bytes"
    accept = inbound.header(b"accept").lower()
    return any(kind in accept for kind in BINARY_TYPES)


def _content(task: Task, state: State, context: Context) -> _Video:
    video, urls = _video(task, state, context), task.plan.results.urls
    if urls != "absent":
        link = "" if urls == "empty" else media_url(task, context.sandbox_id, 0)
        setattr(video, context.dialect["content_url_field"], link)
    video.duration = DURATION_S
    video.resolution = SIZES[task.orientation]
    if context.dialect["extras"] == "on":
        video.expires_at = media_until_ms(task) // 1000
    return video


def models(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """The list of models in OpenAI's form. assumed: APIYI documents no such list."""
    since = outcome.since_ms // 1000
    data = [
        {"id": m.name, "object": "model", "created": since, "owned_by": "apiyi"} for m in MODELS
    ]
    return json_reply(200, {"object": "list", "data": data})
