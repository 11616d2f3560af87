"""xcompute, a house brand of APIMart: Veo 3.1 tasks that answer with a percentage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

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
    errors,
    integer,
    is_url,
    json_object,
    links,
    malformed,
    percent,
    refuse,
    refuse_unless_ok,
    same_task,
    text,
)

USD: Final = {"veo3.1-fast": 0.14, "veo3.1-quality": 1.0, "veo3.1-lite": 0.07}
MORE_USD: Final = {None: 0.0, "720p": 0.0, "1080p": 0.0, "4k": 0.5}
SUFFIXES: Final = (".jpeg", ".jpg", ".png", ".webp")
STATUS: Final = {
    "submitted": Status.QUEUED,
    "pending": Status.QUEUED,
    "processing": Status.RUNNING,
    "in_progress": Status.RUNNING,  # on some pages
    "completed": Status.SUCCEEDED,
    "failed": Status.FAILED,
    "cancelled": Status.FAILED,
}


@dataclass(frozen=True, slots=True)
class XcomputeOptions:
    """What only xcompute takes. None leaves a field out."""

    generation_type: str | None = None
    enable_gif: bool | None = None
    official_fallback: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Xcompute:
    """The codec of `https://xcompute.us`."""

    name: ClassVar[str] = "xcompute"
    base_url: ClassVar[str] = "https://xcompute.us"
    key_header: ClassVar[str] = "Authorization"
    pace: ClassVar[Pace] = Pace(every_s=2)  # docs: docs.apimart.ai/en/development
    options: ClassVar[type] = XcomputeOptions
    signs_callbacks: ClassVar[bool] = False

    def authorization(self, key: str) -> str:
        """`Bearer` [seed 003]."""
        return f"Bearer {key}"

    def check(self, order: Order) -> None:
        """The parameter table of the generation page [seed 003]."""
        options = order.options or XcomputeOptions()
        model = order.model or "veo3.1-fast"
        if model not in USD:
            raise refuse("model", f"{model!r} is not one of {', '.join(USD)}")
        if order.aspect not in (None, "16:9", "9:16"):
            raise refuse("aspect", f"{order.aspect!r} is neither 16:9 nor 9:16")
        if order.resolution not in MORE_USD:
            raise refuse("resolution", f"{order.resolution!r} is not one of 720p, 1080p, 4k")
        if order.duration_s not in (None, 8):
            raise refuse("duration_s", "every video is 8 s long")
        if options.enable_gif and order.resolution in ("1080p", "4k"):
            raise refuse("options.enable_gif", f"no gif together with {order.resolution}")
        if order.callback_url is not None and not _webhook(order.callback_url):
            raise refuse("callback_url", "xcompute posts to <base>/callback; end it like that")
        self._check_images(order, model, options)

    def _check_images(self, order: Order, model: str, options: XcomputeOptions) -> None:
        kind = options.generation_type
        if kind not in (None, "frame", "reference"):
            raise refuse("options.generation_type", f"{kind!r} is neither frame nor reference")
        if model == "veo3.1-lite":
            for name, given in (
                ("images", order.images),
                ("options.generation_type", kind),
                ("options.official_fallback", options.official_fallback),
            ):
                if given:
                    raise refuse(name, "veo3.1-lite does not take it")
        if len(order.images) > 3 or (kind == "frame" and len(order.images) > 2):
            raise refuse("images", "at most 3, and at most 2 (first and last) as frames")
        by_count = kind or ("reference" if len(order.images) == 3 else "frame")
        if model == "veo3.1-quality" and by_count == "reference":
            raise refuse("images", "veo3.1-quality takes no reference images, only frames")
        for image in order.images:
            if not is_url(image):
                raise refuse("images", "only http(s) URLs; upload files first")
            name = urlsplit(str(image)).path.rpartition("/")[2].lower()
            if "." in name and not name.endswith(SUFFIXES):
                raise refuse("images", f"{name} is not one of {', '.join(SUFFIXES)}")

    def price(self, order: Order) -> Price:
        """A clip of the model (observed), dearer in 4k."""
        usd = USD.get(order.model or "veo3.1-fast", 0.0)
        return Price(round(usd + MORE_USD.get(order.resolution, 0.0), 6), "USD")

    def create(self, order: Order) -> Request:
        """`POST /v1/videos/generations`."""
        options = order.options or XcomputeOptions()
        fields = {
            "model": order.model or "veo3.1-fast",
            "prompt": order.prompt,
            "duration": order.duration_s,
            "aspect_ratio": order.aspect,
            "generation_type": options.generation_type,
            "image_urls": [str(image) for image in order.images] or None,
            "resolution": order.resolution,
            "enable_gif": options.enable_gif,
            "official_fallback": options.official_fallback,
            "webhook": _webhook(order.callback_url),
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return Request("POST", "/v1/videos/generations", json=given | dict(options.extra))

    def read_created(self, reply: Reply) -> str:
        """`data[0].task_id` [seed 003]; the newer contract has an object with `id`."""
        data = _data(reply)
        if isinstance(data, list):
            data = data[0] if data else None
        data = data if isinstance(data, dict) else {}
        task_id = text(data.get("task_id")) or text(data.get("id"))
        if task_id is None:
            raise malformed(reply, "The reply to a creation has no task_id")
        return task_id

    def upload(self, image: bytes, is_the_providers_own: bool) -> Asking[str]:
        """`POST /v1/uploads/images`, on the same host (docs: docs.apimart.ai uploads)."""
        kind = content_type(image)
        file = Upload("file", f"image.{kind.removeprefix('image/')}", image, kind)
        return Asking(Request("POST", "/v1/uploads/images", files=(file,)), _link)

    def poll(self, task_id: str) -> Request:
        """`GET /v1/tasks/{id}`."""
        return Request("GET", f"/v1/tasks/{quote(task_id, safe='')}")

    def read_task(self, reply: Reply, task_id: str) -> Snapshot:
        """Wrapped in `data`, or flat as on xcompute's own page."""
        try:
            data = _data(reply)
        except errors.InvalidRequest as error:
            if error.status != 400:
                raise
            # The id is the only thing in the request that can be wrong: 无效的任务ID.
            raise errors.TaskNotFound(error.message, code=error.code, reply=reply) from error
        if not isinstance(data, dict):
            raise malformed(reply, "The task is no object")
        same_task(reply, task_id, data.get("id"))
        status = STATUS.get(str(data.get("status")))
        if status is None:
            raise malformed(reply, f"The status is {data.get('status')!r}")
        return Snapshot(
            task_id,
            status,
            percent(data.get("progress")),
            _videos(data.get("result")),
            _failure(data) if status is Status.FAILED else None,
            data,
        )

    def content(self, task_id: str) -> Asking[tuple[str, ...]] | None:
        """The task itself has the URLs."""
        return None

    def upgrade(self, task_id: str, resolution: str, index: int) -> Asking[tuple[str, ...]]:
        """The resolution is chosen when submitting."""
        raise refuse("resolution", "xcompute upgrades no video; submit with resolution instead")

    def extend(self, task_id: str, prompt: str, **more: Any) -> Request:
        """`POST /v1/videos/{id}/remix`: a task of its own, with the original's `model`."""
        known = {"model", "raw", "aspect", "resolution"}
        if unknown := sorted(set(more) - known):
            raise refuse(unknown[0], f"extend takes {', '.join(sorted(known))}")
        if more.get("model") not in USD:
            raise refuse("model", f"xcompute wants the original's: {', '.join(USD)}")
        fields = {
            "model": more["model"],
            "prompt": prompt,
            "raw": more.get("raw"),
            "aspect_ratio": more.get("aspect"),
            "resolution": more.get("resolution"),
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return Request("POST", f"/v1/videos/{quote(task_id, safe='')}/remix", json=given)

    def stream(self, order: Order, n: int) -> Asking[None]:
        """There is nothing to listen to."""
        raise refuse("stream", "xcompute has no live stream; use submit and progress")

    def read_callback(self, body: Mapping[str, Any]) -> Callback:
        """The flat task object; terminal states only."""
        task_id = text(body.get("id"))
        status = STATUS.get(str(body.get("status")))
        if task_id is None or status is None or not status.terminal:
            raise errors.MalformedCallback("the callback is no finished task")
        message = "" if status is Status.SUCCEEDED else _failure(body).message
        videos = _videos(body.get("result"))
        return Callback(task_id, status is Status.SUCCEEDED, message, videos, body)


def _webhook(callback_url: str | None) -> str | None:
    """The base that xcompute appends `/callback` to."""
    if callback_url is None or not callback_url.endswith("/callback"):
        return None
    return callback_url.removesuffix("/callback")


def _data(reply: Reply) -> Any:
    refuse_unless_ok(reply, _kind)
    body = json_object(reply)
    code = integer(body.get("code"))
    if code is not None and code != 200 and "id" not in body:
        message = text(body.get("message")) or f"code {code} without a reason"
        raise by_status(code)(message, code=str(code), reply=reply)
    return body.get("data", body)


def _link(reply: Reply) -> str:
    data = _data(reply)
    link = text(data.get("url")) if isinstance(data, dict) else None
    if link is None:
        raise malformed(reply, "The reply to an upload has no url")
    return link


def _videos(result: object) -> tuple[str, ...]:
    videos = result.get("videos") if isinstance(result, dict) else None
    found: tuple[str, ...] = ()
    for video in videos if isinstance(videos, list) else ():
        found += links(video.get("url")) if isinstance(video, dict) else links(video)
    return found


def _failure(data: Mapping[str, Any]) -> Failure:
    told = data.get("error")
    if isinstance(told, dict):
        return Failure(text(told.get("code")), text(told.get("message")) or "no reason given")
    return Failure(None, text(told) or str(data.get("status")))


def _kind(status: int, code: str | None, type_: str, message: str) -> type[errors.ProviderError]:
    if status == 500 and message.startswith("build_request_failed"):
        return errors.InvalidRequest  # observed for wrong parameters
    return by_status(status)


PROVIDER = Xcompute()
