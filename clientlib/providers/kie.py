"""Kie.ai: Veo tasks, 1080p and 4k versions, extensions, signed callbacks.

Every reply is an envelope `{code, msg, data}` and HTTP 200 says nothing: only `code` 200 does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from clientlib.providers import _kie_jobs as jobs
from clientlib.providers import _kie_uploads as uploads
from clientlib.providers._kie_envelope import data_of, envelope, given
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
    errors,
    integer,
    is_url,
    links,
    malformed,
    refuse,
    same_task,
    text,
)

CREDITS: Final = {"veo3": 250, "veo3_fast": 60, "veo3_lite": 30}
EXTRA_CREDITS: Final = {None: 0, "720p": 0, "1080p": 5, "4k": 120}
ASPECTS: Final = ("16:9", "9:16", "Auto")
TEXT, FRAMES, REFERENCE = (
    "TEXT_2_VIDEO",
    "FIRST_AND_LAST_FRAMES_2_VIDEO",
    "REFERENCE_2_VIDEO",
)
IMAGES: Final = {TEXT: (0, 0), FRAMES: (1, 2), REFERENCE: (1, 3), None: (0, 3)}
FLAGS: Final = {0: Status.RUNNING, 1: Status.SUCCEEDED, 2: Status.FAILED, 3: Status.FAILED}


@dataclass(frozen=True, slots=True)
class KieOptions:
    """What only Kie takes. None leaves a field out, so that Kie's own default holds.

    `api` says which of Kie's two APIs makes the video: `veo` [seed 001], or `jobs`, the only one
    that its pages still show (docs: docs.kie.ai/veo3-api, 2026-10). An id of one is unknown to the
    other, so `resume` takes these options too.
    """

    api: str = "veo"
    generation_type: str | None = None
    seeds: int | None = None
    watermark: str | None = None
    enable_translation: bool | None = None
    enable_fallback: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Kie:
    """The codec of `https://api.kie.ai`."""

    name: ClassVar[str] = "kie"
    base_url: ClassVar[str] = "https://api.kie.ai"
    key_header: ClassVar[str] = "Authorization"
    pace: ClassVar[Pace] = Pace(every_s=30)  # [seed 001]
    options: ClassVar[type] = KieOptions
    signs_callbacks: ClassVar[bool] = True

    def by_options(self, options: object) -> Kie:
        """The codec of the API that `KieOptions.api` chooses."""
        chosen = getattr(options, "api", "veo")
        if chosen not in APIS:
            raise refuse("options.api", f"{chosen!r} is not one of {', '.join(APIS)}")
        return APIS[chosen]

    def authorization(self, key: str) -> str:
        """`Bearer` [seed 001]."""
        return f"Bearer {key}"

    def check(self, order: Order) -> None:
        """Field limits of the generate page, and which model takes which images."""
        options = order.options or KieOptions()
        model = order.model or "veo3_fast"
        if model not in CREDITS:
            raise refuse("model", f"{model!r} is not one of {', '.join(CREDITS)}")
        if order.aspect not in (None, *ASPECTS):
            raise refuse("aspect", f"{order.aspect!r} is not one of {', '.join(ASPECTS)}")
        if order.resolution not in EXTRA_CREDITS:
            raise refuse("resolution", f"{order.resolution!r} is not one of 720p, 1080p, 4k")
        if order.duration_s not in (None, 4, 6, 8):
            raise refuse("duration_s", f"{order.duration_s} is not one of 4, 6, 8")
        if options.seeds is not None and not 10000 <= options.seeds <= 99999:
            raise refuse("options.seeds", f"{options.seeds} is not between 10000 and 99999")
        self._check_images(order, model, options.generation_type)

    def _check_images(self, order: Order, model: str, kind: str | None) -> None:
        if kind not in IMAGES:
            raise refuse("options.generation_type", f"{kind!r} is no generation type")
        fewest, most = IMAGES[kind]
        if not fewest <= len(order.images) <= most:
            raise refuse("images", f"{kind or 'a video'} takes {fewest} to {most} images")
        if not all(is_url(image) for image in order.images):
            raise refuse("images", "only http(s) URLs that Kie can reach; upload files first")
        if kind == REFERENCE and model == "veo3":
            raise refuse("model", "REFERENCE_2_VIDEO works with veo3_fast and veo3_lite only")
        if kind == REFERENCE and order.duration_s not in (None, 8):
            raise refuse("duration_s", "REFERENCE_2_VIDEO makes 8 s only")

    def price(self, order: Order) -> Price:
        """Per video, when it succeeds; one credit is $0.005."""
        credits_ = CREDITS.get(order.model or "veo3_fast", 0)
        return Price(credits_ + EXTRA_CREDITS.get(order.resolution, 0), "credits")

    def create(self, order: Order) -> Request:
        """`POST /api/v1/veo/generate`; the ratio's field is `aspectRatio` [seed 001]."""
        options = order.options or KieOptions()
        fields = {
            "prompt": order.prompt,
            "model": order.model or "veo3_fast",
            "imageUrls": [str(image) for image in order.images] or None,
            "aspectRatio": order.aspect,
            "resolution": order.resolution,
            "duration": order.duration_s,
            "callBackUrl": order.callback_url,
            "generationType": options.generation_type,
            "seeds": options.seeds,
            "watermark": options.watermark,
            "enableTranslation": options.enable_translation,
            "enableFallback": options.enable_fallback,
        }
        return Request("POST", "/api/v1/veo/generate", json=given(fields) | dict(options.extra))

    def read_created(self, reply: Reply) -> str:
        """`data.taskId` [seed 001]."""
        data = data_of(reply)
        task_id = text(data.get("taskId")) if isinstance(data, dict) else None
        if task_id is None:
            raise malformed(reply, "The reply to a creation has no data.taskId")
        return task_id

    def upload(self, image: bytes, is_the_providers_own: bool) -> Asking[str]:
        """`POST /api/file-stream-upload`; the link lives for 24 hours."""
        return uploads.upload(image, is_the_providers_own)

    def poll(self, task_id: str) -> Request:
        """`GET /api/v1/veo/record-info`."""
        return Request("GET", "/api/v1/veo/record-info", query={"taskId": task_id})

    def read_task(self, reply: Reply, task_id: str) -> Snapshot:
        """`successFlag` 0 generating, 1 success, 2 and 3 failed [seed 001]; no progress."""
        data = data_of(reply)
        if not isinstance(data, dict):
            raise malformed(reply, "The record is empty")
        same_task(reply, task_id, data.get("taskId"))
        status = FLAGS.get(integer(data.get("successFlag")), None)  # type: ignore[arg-type]
        if status is None:
            raise malformed(reply, f"successFlag is {data.get('successFlag')!r}")
        failure = None
        if status is Status.FAILED:
            message = text(data.get("errorMessage")) or "no reason given"
            failure = Failure(text(data.get("errorCode")), message)
        response = data.get("response")
        inner = response if isinstance(response, dict) else {}
        # The old quickstart has the list, written as a string, directly under data.
        videos = links(inner.get("resultUrls")) or links(data.get("resultUrls"))
        progress = 100.0 if status is Status.SUCCEEDED else None
        return Snapshot(task_id, status, progress, videos, failure, data)

    def content(self, task_id: str) -> Asking[tuple[str, ...]] | None:
        """The record itself has the URLs."""
        return None

    def upgrade(self, task_id: str, resolution: str, index: int) -> Asking[tuple[str, ...]]:
        """1080p is asked for with GET, 4k with POST; asking again is how both are waited for."""
        if resolution == "1080p":
            query = {"taskId": task_id, "index": str(index)}
            return Asking(Request("GET", "/api/v1/veo/get-1080p-video", query=query), _upgraded)
        if resolution == "4k":
            body = {"taskId": task_id, "index": index}
            return Asking(Request("POST", "/api/v1/veo/get-4k-video", json=body), _upgraded)
        raise refuse("resolution", f"{resolution!r} is neither 1080p nor 4k")

    def extend(self, task_id: str, prompt: str, **more: Any) -> Request:
        """`POST /api/v1/veo/extend`: a task of its own. `model` is fast, quality or lite."""
        known = {"model", "seeds", "watermark", "callback_url"}
        if unknown := sorted(set(more) - known):
            raise refuse(unknown[0], f"extend takes {', '.join(sorted(known))}")
        fields = {
            "taskId": task_id,
            "prompt": prompt,
            "model": more.get("model"),
            "seeds": more.get("seeds"),
            "watermark": more.get("watermark"),
            "callBackUrl": more.get("callback_url"),
        }
        return Request("POST", "/api/v1/veo/extend", json=given(fields))

    def stream(self, order: Order, n: int) -> Asking[None]:
        """There is nothing to listen to."""
        raise refuse("stream", "kie has no live stream; use submit and progress")

    def read_callback(self, body: Mapping[str, Any]) -> Callback:
        """`{code, msg, data: {taskId, info: {resultUrls}}}`; some pages spell `task_id`.

        The jobs API has another form, and for Veo links this one: what came is read as it is."""
        data = body.get("data")
        data = data if isinstance(data, dict) else {}
        task_id = text(data.get("taskId")) or text(data.get("task_id"))
        if task_id is None:
            raise errors.MalformedCallback("the callback has no data.taskId")
        if "state" in data:
            return jobs.read_callback(task_id, body, data)
        info = data.get("info")
        info = info if isinstance(info, dict) else {}
        videos = links(info.get("resultUrls")) or links(info.get("result_urls"))
        succeeded = integer(body.get("code")) == 200
        return Callback(task_id, succeeded, text(body.get("msg")) or "", videos, body)


def _upgraded(reply: Reply) -> tuple[str, ...]:
    """Under way is code 400 or 422 with `processing` in its text; a finished 4k is 422."""
    try:
        data = data_of(reply)
    except errors.ProviderError as error:
        data = envelope(reply).get("data") if error.code == "422" else None
        urls = links(data.get("resultUrls")) if isinstance(data, dict) else ()
        if urls:
            return urls
        if error.code in ("400", "422", "500") and "processing" in error.message.lower():
            raise errors.NotReady(error.message, code=error.code, reply=reply) from error
        if error.code == "422" and "generated successfully" in error.message:
            raise malformed(reply, f"{error.message}, and names no video") from error
        raise
    data = data if isinstance(data, dict) else {}
    urls = links(data.get("resultUrl")) or links(data.get("resultUrls"))
    if not urls:
        raise errors.NotReady("The upgrade was ordered", code="200", reply=reply)
    return urls


class KieJobs(Kie):
    """The codec of the same host's jobs API: its videos, extensions and upgrades are all jobs."""

    def check(self, order: Order) -> None:
        """As the older call, except that no page names a seed."""
        if order.options is not None and order.options.seeds is not None:
            raise refuse("options.seeds", "the jobs API takes none for a new video")
        super().check(order)

    def create(self, order: Order) -> Request:
        """`POST /api/v1/jobs/createTask` with the model `veo-3-1`; the tier is `input.model`."""
        return jobs.create(order, order.options or KieOptions())

    def poll(self, task_id: str) -> Request:
        """`GET /api/v1/jobs/recordInfo`."""
        return jobs.poll(task_id)

    def read_task(self, reply: Reply, task_id: str) -> Snapshot:
        """`state` waiting, queuing, generating, success, fail."""
        return jobs.read_task(reply, task_id)

    def upgrade(self, task_id: str, resolution: str, index: int) -> Asking[tuple[str, ...]]:
        """Each is a job of its own: `upgrade_job`."""
        raise refuse("resolution", "the jobs API makes an upgrade as a job")

    def upgrade_job(self, task_id: str, resolution: str, index: int) -> Request:
        """The models `veo/get-1080p-video` and `veo/get-4k-video`."""
        return jobs.upgrade(task_id, resolution, index)

    def extend(self, task_id: str, prompt: str, **more: Any) -> Request:
        """The model `veo/extend`; its page names no tier."""
        return jobs.extend(task_id, prompt, **more)


PROVIDER = Kie()
APIS: Final[Mapping[str, Kie]] = {"veo": PROVIDER, "jobs": KieJobs()}
