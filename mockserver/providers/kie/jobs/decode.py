"""Reads the calls of the jobs API. Unknown fields are ignored, as clients send many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from mockserver.providers.kie import fields as field
from mockserver.providers.kie.decode import (
    DURATIONS_S,
    GENERATION_TYPES,
    RATIOS,
    RESOLUTIONS,
    check_kind,
)
from mockserver.providers.kie.jobs import input as each
from mockserver.providers.kie.jobs.models import (
    DEFAULT_TIER,
    EXTEND,
    GET_4K,
    GET_1080P,
    TIERS,
    VEO,
)
from mockserver.providers.kie.models import BY_NAME, RUN_4K, SURCHARGES_MICROS
from mockserver.sdk.provider import Continuation, Read, Refusal, Submit, Timing, seconds

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, DurationS, Inbound, Resolution, Spread


RUN_1080P = seconds(60, 90, 180)  # docs: get-veo-3-1080-p-video: 1 to 3 minutes
# docs: extend-video: a clip of 720p
_EXTENSION = Continuation(
    "720p",
    {name: (model.price_micros, model.timing) for name, model in BY_NAME.items()},
)


def create_task(inbound: Inbound, context: Context) -> Submit:
    """`POST /api/v1/jobs/createTask`: the model decides what `input` may hold."""
    body = inbound.json_object()
    model = body.get("model")
    read = _READERS.get(model) if isinstance(model, str) else None
    if read is None:
        raise each.unknown_model(model, _READERS)
    return read(each.input_of(body), field.callback_url(body))


def record_info(inbound: Inbound, context: Context) -> Read:
    """`GET /api/v1/jobs/recordInfo?taskId=`."""
    task_id = inbound.query("taskId")
    if not task_id:
        reason = "taskId: got nothing, expected the id of a task"
        raise Refusal("missing_field", reason, message="taskId parameter is required")
    return Read(task_id)


def _veo(given: dict[str, Any], callback: str | None) -> Submit:
    """docs: veo3-api/generate-veo-3-video. assumed: a broken rule of a field is refused at once."""
    prompt = each.required_text(given, "prompt")
    tier = each.choice(given, "model", TIERS) or DEFAULT_TIER
    ratio = each.choice(given, "aspect_ratio", RATIOS) or "16:9"
    resolution = each.choice(given, "resolution", RESOLUTIONS) or "720p"
    duration_s = each.number(given, "duration", DURATIONS_S, "4, 6 or 8")
    kind = each.choice(given, "generation_type", GENERATION_TYPES)
    images = each.image_urls(given)
    check_kind(kind, images, tier, duration_s, "image_urls", each.lacking, each.outside)
    each.check_plain(given, ("enable_fallback", "enable_translation"), ("watermark",))
    made_by = BY_NAME[tier]
    return Submit(
        model=tier,
        prompt=prompt,
        price_micros=made_by.price_micros + SURCHARGES_MICROS[resolution],
        timing=made_by.timing,
        orientation=RATIOS[ratio],
        resolution=cast("Resolution", resolution),
        duration_s=cast("DurationS", duration_s or 8),
        images=tuple(images),
        params={**given, "model": tier},  # live use: the record shows the default model too
        callback_url=callback,
    )


def _extend(given: dict[str, Any], callback: str | None) -> Submit:
    """docs: veo3-api/extend-video. No field names a model: it is the original's [inferred]."""
    parent_id = each.required_text(given, "task_id")
    prompt = each.required_text(given, "prompt")
    each.seeds(given)
    each.check_plain(given, (), ("watermark",))
    usual = BY_NAME[DEFAULT_TIER]
    return Submit(
        model=usual.name,
        prompt=prompt,
        price_micros=usual.price_micros,
        timing=usual.timing,
        params=given,
        callback_url=callback,
        parent_id=parent_id,
        parent_unless=("1080p",),  # docs: extend-video
        continuation=_EXTENSION,
    )


def _get_1080p(given: dict[str, Any], callback: str | None) -> Submit:
    """docs: catalogue. Here the field is `taskId`, and `index` is a text."""
    each.check_plain(given, (), ("index",))
    parent_id = each.required_text(given, "taskId")
    return _better(GET_1080P, "1080p", RUN_1080P, parent_id, given, callback)


def _get_4k(given: dict[str, Any], callback: str | None) -> Submit:
    """docs: catalogue."""
    parent_id = each.required_text(given, "task_id")
    return _better(GET_4K, "4k", RUN_4K, parent_id, given, callback)


def _better(
    model: str,
    resolution: Resolution,
    run: Spread,
    parent_id: str,
    given: dict[str, Any],
    callback: str | None,
) -> Submit:
    """A better version of a finished job, as a job of its own."""
    index = field.video_index(given.get("index", 0))
    if index != 0:
        raise Refusal("no_such_video", f"input.index: got {index}, expected 0")
    return Submit(
        model=model,
        prompt="",
        price_micros=SURCHARGES_MICROS[resolution],
        timing=Timing(run),
        params=given,
        callback_url=callback,
        parent_id=parent_id,
        continuation=Continuation(resolution),
    )


_READERS: dict[str, Callable[[dict[str, Any], str | None], Submit]] = {
    VEO: _veo,
    EXTEND: _extend,
    GET_1080P: _get_1080p,
    GET_4K: _get_4k,
}
