"""APIYI: asynchronous videos at `/v1/videos`, a live stream at `/v1/chat/completions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import quote

from clientlib.sdk import (
    Asking,
    Callback,
    Failure,
    Order,
    Pace,
    Price,
    Reply,
    Request,
    Snapshot,
    Status,
    Upload,
    by_status,
    content_type,
    data_uri,
    errors,
    json_object,
    links,
    malformed,
    percent,
    refuse,
    refuse_unless_ok,
    same_task,
    text,
)

LANDSCAPE: Final = {"16:9": True, "9:16": False, None: False}  # portrait by default [seed 000]
MODELS: Final = frozenset(
    f"veo-3.1{landscape}{fast}{frames}"
    for landscape in ("", "-landscape")
    for fast in ("", "-fast")
    for frames in ("", "-fl")
)
STATUS: Final = {
    "queued": Status.QUEUED,
    "submitted": Status.QUEUED,  # the neighbouring Sora contract of this host
    "processing": Status.RUNNING,
    "in_progress": Status.RUNNING,  # OpenAI's word, sent by the official channel
    "completed": Status.SUCCEEDED,
    "failed": Status.FAILED,
}
KINDS: Final[Mapping[str, type[errors.ProviderError]]] = {
    "invalid_api_key": errors.AuthenticationFailed,
    "invalid_model": errors.InvalidRequest,
    "model_not_found": errors.InvalidRequest,
    "invalid_prompt": errors.InvalidRequest,
    "video_not_found": errors.TaskNotFound,
    "task_not_exist": errors.TaskNotFound,
    "video_not_ready": errors.NotReady,
    "quota_exceeded": errors.InsufficientCredit,
    "insufficient_balance": errors.InsufficientCredit,
    "insufficient_credits": errors.InsufficientCredit,
    "insufficient_quota": errors.InsufficientCredit,
    "insufficient_user_quota": errors.InsufficientCredit,
}


@dataclass(frozen=True, slots=True)
class ApiyiOptions:
    """What only APIYI takes. `extra` is sent as it is, beside the documented fields."""

    extra: Mapping[str, Any] = field(default_factory=dict)


class Apiyi:
    """The codec of `https://api.apiyi.com`."""

    name: ClassVar[str] = "apiyi"
    base_url: ClassVar[str] = "https://api.apiyi.com"
    key_header: ClassVar[str] = "Authorization"
    pace: ClassVar[Pace] = Pace(every_s=5)  # docs: sister platform, "every 5 to 10 seconds"
    options: ClassVar[type] = ApiyiOptions
    signs_callbacks: ClassVar[bool] = False

    def authorization(self, key: str) -> str:
        """The raw key, without `Bearer` [seed 000]."""
        return key

    def model(self, order: Order) -> str:
        """The model asked for, or the fast one that fits aspect and images."""
        if order.model is not None:
            return order.model
        landscape = "-landscape" if LANDSCAPE.get(order.aspect) else ""
        return f"veo-3.1{landscape}-fast{'-fl' if order.images else ''}"

    def check(self, order: Order) -> None:
        """Eight models; the name decides orientation and images; nothing else can be chosen."""
        model = self.model(order)
        if model not in MODELS:
            raise refuse("model", f"{model!r} is not one of {', '.join(sorted(MODELS))}")
        if order.aspect not in LANDSCAPE:
            raise refuse("aspect", f"{order.aspect!r} is neither 16:9 nor 9:16")
        if order.aspect and LANDSCAPE[order.aspect] != ("landscape" in model):
            raise refuse("aspect", f"{model} cannot make {order.aspect}; its name decides")
        if order.resolution not in (None, "720p"):
            raise refuse("resolution", "every model makes 720p, nothing else")
        if order.duration_s not in (None, 8):
            raise refuse("duration_s", "every video is 8 s long")
        if order.callback_url is not None:
            raise refuse("callback_url", "apiyi calls nobody back")
        if order.images and not model.endswith("-fl"):
            raise refuse("images", f"{model} takes none; {model}-fl does")
        if model.endswith("-fl") and not 1 <= len(order.images) <= 2:
            raise refuse("images", f"{model} takes a first and perhaps a last frame")

    def price(self, order: Order) -> Price:
        """Per video, when it succeeds [seed 002]."""
        return Price(0.15 if "-fast" in self.model(order) else 0.25, "USD")

    def create(self, order: Order) -> Request:
        """JSON, or a form as soon as there are frames to upload."""
        fields = {"model": self.model(order), "prompt": order.prompt}
        extra = dict(order.options.extra) if order.options else {}
        if not order.images:
            return Request("POST", "/v1/videos", json=fields | extra)
        files = []
        for number, image in enumerate(order.images, 1):
            if not isinstance(image, bytes):
                raise refuse("images", "tasks take files, not URLs; `stream` takes URLs")
            kind = content_type(image)
            files.append(Upload("input_reference", f"frame-{number}.{kind[6:]}", image, kind))
        form = fields | {k: str(v) for k, v in extra.items()}
        return Request("POST", "/v1/videos", form=form, files=tuple(files))

    def read_created(self, reply: Reply) -> str:
        """`id` is the task id [seed 000]."""
        refuse_unless_ok(reply, _kind)
        task_id = text(json_object(reply).get("id"))
        if task_id is None:
            raise malformed(reply, "The reply to a creation has no id")
        return task_id

    def poll(self, task_id: str) -> Request:
        """`GET /v1/videos/{id}`."""
        return Request("GET", f"/v1/videos/{quote(task_id, safe='')}")

    def read_task(self, reply: Reply, task_id: str) -> Snapshot:
        """The status body has no URL: `content` has."""
        refuse_unless_ok(reply, _kind)
        body = json_object(reply)
        same_task(reply, task_id, body.get("id"))
        status = STATUS.get(str(body.get("status")))
        if status is None:
            raise malformed(reply, f"The status is {body.get('status')!r}")
        failure = _failure(body.get("error")) if status is Status.FAILED else None
        return Snapshot(task_id, status, percent(body.get("progress")), failure=failure, raw=body)

    def content(self, task_id: str) -> Asking[tuple[str, ...]] | None:
        """JSON with the URL, unless `Accept` names a video."""
        path = f"/v1/videos/{quote(task_id, safe='')}/content"

        def read(reply: Reply) -> tuple[str, ...]:
            refuse_unless_ok(reply, _kind)
            body = json_object(reply)
            same_task(reply, task_id, body.get("id"))
            # One client's test has `video_url`.
            return links(body.get("url")) or links(body.get("video_url"))

        return Asking(Request("GET", path, headers={"accept": "application/json"}), read)

    def upgrade(self, task_id: str, resolution: str, index: int) -> Asking[tuple[str, ...]]:
        """APIYI has no better versions."""
        raise refuse("resolution", "apiyi upgrades no video")

    def extend(self, task_id: str, prompt: str, **more: Any) -> Request:
        """APIYI has no longer versions."""
        raise refuse("extend", "apiyi extends no video")

    def stream(self, order: Order, n: int) -> Asking[None]:
        """A chat completion with `stream: true`; images as URL or `data:` URI [seed 004]."""
        if not 1 <= n <= 4:
            raise refuse("n", f"{n} is not between 1 and 4")
        content: Any = order.prompt
        if order.images:
            content = [{"type": "text", "text": order.prompt}]
            for image in order.images:
                url = data_uri(image) if isinstance(image, bytes) else str(image)
                content.append({"type": "image_url", "image_url": {"url": url}})
        body = {
            "messages": [{"role": "user", "content": content}],
            "model": self.model(order),
            "stream": True,
            "n": n,
        }
        extra = dict(order.options.extra) if order.options else {}
        path, accept = "/v1/chat/completions", {"accept": "text/event-stream"}
        return Asking(Request("POST", path, json=body | extra, headers=accept), _completion)

    def read_callback(self, body: Mapping[str, Any]) -> Callback:
        """APIYI documents no callbacks."""
        raise errors.MalformedCallback("apiyi calls nobody back")


def _completion(reply: Reply) -> None:
    """A completion has `choices`; a refusal is a real HTTP error, never an event."""
    refuse_unless_ok(reply, _kind)
    if not json_object(reply).get("choices"):
        raise malformed(reply, "The reply is neither a stream nor a completion")


def _failure(told: object) -> Failure:
    """`error` is an object, a plain string, an empty one, or absent; all were seen."""
    if isinstance(told, dict):
        return Failure(text(told.get("code")), text(told.get("message")) or "no reason given")
    return Failure(None, text(told) or "no reason given")


def _kind(status: int, code: str | None, type_: str, message: str) -> type[errors.ProviderError]:
    if code is not None and code in KINDS:
        return KINDS[code]
    if "insufficient" in type_ or "is not enough" in message:
        return errors.InsufficientCredit  # seen with 402, 403 and 429
    if "not completed yet" in message:
        return errors.NotReady  # the gateway family's own words for a content call too early
    if status == 503 and "no available channels" in message:
        return errors.InvalidRequest  # observed for a model that does not exist
    return by_status(status)


PROVIDER = Apiyi()
