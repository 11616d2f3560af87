"""Reads Kie's requests. Unknown fields are ignored, as clients send many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from mockserver.providers.kie import fields as field
from mockserver.providers.kie.models import (
    BY_NAME,
    EXTEND_MODELS,
    RUN_4K,
    SURCHARGES_MICROS,
)
from mockserver.providers.kie.status import UNAVAILABLE_4K
from mockserver.sdk.provider import FreshLink, Read, ReadBalance, Refusal, Submit, UpgradeVideo

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.sdk.provider import Context, DurationS, Inbound, Orientation, Resolution

RATIOS: dict[str, Orientation] = {"16:9": "landscape", "9:16": "portrait", "Auto": "landscape"}
RESOLUTIONS = ("720p", "1080p", "4k")
DURATIONS_S = (4, 6, 8)
FRAMES, REFERENCE = "FIRST_AND_LAST_FRAMES_2_VIDEO", "REFERENCE_2_VIDEO"
GENERATION_TYPES = ("TEXT_2_VIDEO", FRAMES, REFERENCE)
REFERENCE_MODELS = ("veo3_fast", "veo3_lite")
MAX_FRAMES = 2


def generate(inbound: Inbound, context: Context) -> Submit:
    """`POST /api/v1/veo/generate`."""
    given = inbound.json_object()
    prompt = field.required_text(given, "prompt")
    model = BY_NAME[field.choice(given, "model", BY_NAME) or context.dialect["default_model"]]
    # The name in seed 001 counts before the name in today's documents.
    old, new = (field.choice(given, name, RATIOS) for name in ("aspectRatio", "aspect_ratio"))
    ratio = old or new or "16:9"
    images = field.image_urls(given, alone=context.dialect["image_urls"] == "text")
    duration_s = field.number(given, "duration", DURATIONS_S, "4, 6 or 8")
    kind = field.choice(given, "generationType", GENERATION_TYPES)
    check_kind(kind, images, model.name, duration_s)
    resolution = field.choice(given, "resolution", RESOLUTIONS) or "720p"
    callback = field.callback_url(given)
    params = {
        "aspectRatio": old or new,
        "callBackUrl": callback,
        "duration": duration_s,
        "enableFallback": field.switch(given, "enableFallback", default=False),
        "enableTranslation": field.switch(given, "enableTranslation", default=True),
        "generationType": kind,
        "imageUrls": images or None,
        "model": given.get("model"),
        "prompt": prompt,
        "resolution": given.get("resolution"),
        "seeds": field.seeds(given),
        "waterMark": field.optional_text(given, "watermark"),  # docs: its name in the record
    }
    return Submit(
        model=model.name,
        prompt=prompt,
        price_micros=model.price_micros + SURCHARGES_MICROS[resolution],
        timing=model.timing,
        orientation=RATIOS[ratio],
        resolution=cast("Resolution", resolution),
        duration_s=cast("DurationS", duration_s or 8),
        images=tuple(images),
        params=_echoed(params),
        callback_url=callback,
    )


def _echoed(params: dict[str, Any]) -> dict[str, Any]:
    """What the record repeats of a request, in alphabetical order. Absent fields stay absent."""
    return {name: value for name, value in params.items() if value is not None}


def check_kind(
    kind: str | None,
    images: list[str],
    model: str,
    duration_s: int | None,
    images_field: str = "imageUrls",
    lacking: Callable[[str, str], Refusal] = field.lacking,
    wrong: field.Wrong = field.wrong,
) -> None:
    """The rules of the generation type [docs: generate-veo-3-video], the same in both APIs.

    Raises the refusals that `lacking` and `wrong` make.
    """
    if kind in (FRAMES, REFERENCE) and not images:
        raise lacking(images_field, f"at least one URL for {kind}")
    if kind == FRAMES and len(images) > MAX_FRAMES:
        raise wrong(images_field, images, f"at most {MAX_FRAMES} URLs for {FRAMES}")
    if kind != REFERENCE:
        return
    if model not in REFERENCE_MODELS:
        raise wrong("model", model, f"{' or '.join(REFERENCE_MODELS)} for {REFERENCE}")
    if duration_s not in (None, 8):
        raise wrong("duration", duration_s, f"8 for {REFERENCE}")


def extend(inbound: Inbound, context: Context) -> Submit:
    """`POST /api/v1/veo/extend`. The aspect ratio is the original's."""
    given = inbound.json_object()
    parent_id = field.required_text(given, "taskId")
    prompt = field.required_text(given, "prompt")
    allowed = list(EXTEND_MODELS) if context.dialect["extend_lite"] == "on" else ["fast", "quality"]
    model = BY_NAME[EXTEND_MODELS[field.choice(given, "model", allowed) or "fast"]]
    callback = field.callback_url(given)
    params = {
        "callBackUrl": callback,
        "model": given.get("model"),
        "prompt": prompt,
        "seeds": field.seeds(given),
        "taskId": parent_id,
        "waterMark": field.optional_text(given, "watermark"),
    }
    return Submit(
        model=model.name,
        prompt=prompt,
        price_micros=model.price_micros,
        timing=model.timing,
        params=_echoed(params),
        callback_url=callback,
        parent_id=parent_id,
        parent_unless=("1080p",),  # docs: extend-video
    )


def record_info(inbound: Inbound, context: Context) -> Read:
    """`GET /api/v1/veo/record-info?taskId=`."""
    return Read(field.task_id_query(inbound))


def get_1080p(inbound: Inbound, context: Context) -> UpgradeVideo:
    """`GET /api/v1/veo/get-1080p-video?taskId=&index=`. The work began when the original was done."""
    return UpgradeVideo(
        task_id=field.task_id_query(inbound),
        variant="1080p",
        price_micros=SURCHARGES_MICROS["1080p"],
        index=field.video_index(inbound.query("index") or 0),
        only="landscape" if context.dialect["ratio_1080p"] == "16:9" else None,
    )


def get_4k(inbound: Inbound, context: Context) -> UpgradeVideo:
    """`POST /api/v1/veo/get-4k-video`. The work begins with the first call."""
    given = inbound.json_object()
    index = given.get("index")
    return UpgradeVideo(
        task_id=field.required_text(given, "taskId"),
        variant="4k",
        price_micros=SURCHARGES_MICROS["4k"],
        index=0 if index is None else field.video_index(index),
        run=RUN_4K,
        failure=UNAVAILABLE_4K,
        callback_url=field.callback_url(given),
    )


def credit(inbound: Inbound, context: Context) -> ReadBalance:
    """`GET /api/v1/chat/credit`."""
    return ReadBalance()


def download_url(inbound: Inbound, context: Context) -> FreshLink:
    """`POST /api/v1/common/download-url`."""
    return FreshLink(field.required_text(inbound.json_object(), "url"))
