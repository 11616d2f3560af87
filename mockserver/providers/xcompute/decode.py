"""Reads xcompute's requests: creations with their rules, task ids, uploaded images.

A broken rule is a 400 with the documented text. Our reason names the field and the value.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit, urlunsplit

from mockserver.providers.xcompute.models import (
    BY_NAME,
    DURATION_S,
    ESTIMATED_MS,
    FAST,
    LITE,
    MORE_USD,
    QUALITY,
    price_micros,
)
from mockserver.providers.xcompute.newer import once_of
from mockserver.sdk.provider import (
    Continuation,
    ListModels,
    Read,
    ReadBalance,
    Refusal,
    Resolution,
    StoreImage,
    Submit,
    wrong_field,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound, Model

MAX_IMAGES, MAX_FRAMES = 3, 2  # seed 003
SUFFIXES = ("jpeg", "jpg", "png", "webp")  # seed 003
ORIENTATIONS = {"16:9": "landscape", "9:16": "portrait"}  # seed 003
GENERATION_TYPES = ("frame", "reference")  # seed 003
BY_COUNT = {1: "frame", 2: "frame", 3: "reference"}  # seed 003; one image: assumed
NOT_FOR_LITE = ("image_urls", "generation_type", "official_fallback")  # seed 003
MAX_UPLOAD_BYTES = 20 * 1024 * 1024  # docs: docs.apimart.ai uploads
PROMPT_LIMITS = {"1000": 1000}  # characters, in a dialect; docs: docs.apimart.ai, older
_SUFFIX = re.compile(r"\.([^./]*)$")
_MAGIC = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a"),
}


def create(inbound: Inbound, context: Context) -> Submit:
    """`POST /v1/videos/generations`. A field that is null counts as not sent."""
    fields = _sent(inbound)
    model, prompt = _model(fields, context), _prompt(fields, context)
    _check_duration(fields.get("duration", DURATION_S))
    aspect_ratio = _one_of(fields, "aspect_ratio", ORIENTATIONS, "16:9")  # assumed default
    resolution = cast("Resolution", _one_of(fields, "resolution", MORE_USD, "720p"))
    gif = _flag(fields, "enable_gif")
    if gif and resolution != "720p":
        raise _wrong("enable_gif", gif, f"false with resolution {resolution}: a GIF is 720p")
    images = _images(fields.get("image_urls", []))
    _check_lite(model, fields, context)
    kind = _generation_type(model, fields, len(images))
    _flag(fields, "official_fallback")
    return Submit(
        model=model.name,
        prompt=prompt,
        price_micros=price_micros(model, resolution),
        timing=model.timing,
        orientation="portrait" if aspect_ratio == "9:16" else "landscape",
        resolution=resolution,
        gif=gif,
        images=images,
        params={"generation_type": kind} if kind else {},
        callback_url=_callback_url(fields.get("webhook")),
        estimated_ms=ESTIMATED_MS,
        once=once_of(inbound, fields, context),
    )


def remix(inbound: Inbound, context: Context) -> Submit:
    """`POST /v1/videos/{task_id}/remix`: goes on from a completed video of the same model.

    docs: docs.apimart.ai videos/veo3/remix. assumed: it is priced like a clip of its own (as one
    client has it), 720p unless it is told, and keeps the shape of the original's picture.
    """
    fields = _sent(inbound)
    model, prompt = _model(fields, context), _prompt(fields, context)
    _flag(fields, "raw")
    _one_of(fields, "aspect_ratio", ORIENTATIONS, "16:9")
    resolution = cast("Resolution", _one_of(fields, "resolution", MORE_USD, "720p"))
    return Submit(
        model=model.name,
        prompt=prompt,
        price_micros=price_micros(model, resolution),
        timing=model.timing,
        estimated_ms=ESTIMATED_MS,
        parent_id=inbound.params["task_id"],
        continuation=Continuation(resolution, of_model=model.name),
    )


def read(inbound: Inbound, context: Context) -> Read:
    """`GET /v1/tasks/{task_id}?language=`."""
    return Read(inbound.params["task_id"])


def balance(inbound: Inbound, context: Context) -> ReadBalance:
    """`GET /v1/balance` and its relatives."""
    return ReadBalance()


def models(inbound: Inbound, context: Context) -> ListModels:
    """`GET /v1/models`."""
    return ListModels()


def upload(inbound: Inbound, context: Context) -> StoreImage:
    """`POST /v1/uploads/images`: one part `file`. Its first bytes say what it is."""
    if inbound.form is None:
        sent = inbound.header(b"content-type")
        raise _wrong("Content-Type", sent, "multipart/form-data with a part `file`")
    part = next((p for p in inbound.form if p.name == "file" and p.filename is not None), None)
    if part is None:
        names = [p.name for p in inbound.form]
        if "file" in names:
            raise Refusal("invalid_field", "file: got a text, expected a part with a filename")
        raise _wrong("file", names, "a part of that name with a filename")
    size_bytes = len(part.data)
    if size_bytes > MAX_UPLOAD_BYTES:
        raise Refusal("image_too_large", f"file: got {size_bytes} bytes, expected at most 20 MB")
    content_type = next((t for t, magic in _MAGIC.items() if magic.match(part.data)), None)
    if content_type is None:
        raise Refusal("image_unreadable", "file: expected a JPEG, PNG, WebP or GIF image")
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2]
    return StoreImage(name, content_type, size_bytes, sha256(part.data).hexdigest())


def _wrong(field: str, value: object, expected: str) -> Refusal:
    return wrong_field("invalid_field", field, value, expected)


def _sent(inbound: Inbound) -> dict[str, Any]:
    return {name: value for name, value in inbound.json_object().items() if value is not None}


def _prompt(fields: dict[str, Any], context: Context) -> str:
    prompt = fields.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise _wrong("prompt", prompt, "a text that is not empty")
    _check_length(prompt, context)
    return prompt


def _model(fields: dict[str, Any], context: Context) -> Model:
    default = FAST if context.dialect["model_absent"] == "default" else None
    name = fields.get("model", default)
    model = BY_NAME.get(name) if isinstance(name, str) else None
    if model is None:
        raise _wrong("model", name, "one of " + ", ".join(BY_NAME))
    return model


def _one_of(fields: dict[str, Any], field: str, valid: dict[Any, Any], default: str) -> str:
    value = fields.get(field, default)
    if not isinstance(value, str) or value not in valid:
        raise _wrong(field, value, "one of " + ", ".join(valid))
    return value


def _flag(fields: dict[str, Any], field: str) -> bool:
    value = fields.get(field, False)
    if not isinstance(value, bool):
        raise _wrong(field, value, "true or false")
    return value


def _check_duration(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value != DURATION_S:
        raise _wrong("duration", value, f"the integer {DURATION_S}")


def _check_length(prompt: str, context: Context) -> None:
    limit_chars = PROMPT_LIMITS.get(context.dialect["prompt_limit"])
    if limit_chars is not None and len(prompt) > limit_chars:
        raise _wrong("prompt", f"{len(prompt)} characters", f"at most {limit_chars}")


def _check_lite(model: Model, fields: dict[str, Any], context: Context) -> None:
    """A field that lite does not have. assumed: a value that asks for nothing is accepted."""
    refuses_all = context.dialect["lite_fields"] == "sent"
    for field in NOT_FOR_LITE:
        sent = field in fields and (refuses_all or fields[field] not in (False, []))
        if model.name == LITE and sent:
            raise _wrong(field, fields[field], f"no such field for {LITE}")


def _generation_type(model: Model, fields: dict[str, Any], images: int) -> str | None:
    """`frame`, `reference`, or None for text to video. If it is not sent, the number of images
    decides.
    """
    kind = fields.get("generation_type", BY_COUNT.get(images))
    if kind is None:
        return None
    if not isinstance(kind, str) or kind not in GENERATION_TYPES:
        raise _wrong("generation_type", kind, "one of " + ", ".join(GENERATION_TYPES))
    if kind == "reference" and model.name == QUALITY:
        why = "" if "generation_type" in fields else f" (what {images} images mean)"
        raise _wrong("generation_type", kind, f"frame for {QUALITY}{why}")
    if kind == "frame" and images > MAX_FRAMES:
        raise _wrong("image_urls", f"{images} images", f"at most {MAX_FRAMES} for frame")
    return kind


def _images(value: object) -> tuple[str, ...]:
    # R's serialiser writes an array of one as a plain string, so a string counts as one image.
    urls = [value] if isinstance(value, str) else value
    if not isinstance(urls, list):
        raise _wrong("image_urls", value, "an array of http or https URLs")
    if len(urls) > MAX_IMAGES:
        raise _wrong("image_urls", f"{len(urls)} images", f"at most {MAX_IMAGES}")
    return tuple(_image(url) for url in urls)


def _image(url: object) -> str:
    """A URL whose path has no suffix, or the suffix of an accepted image. It is never fetched."""
    if not isinstance(url, str) or not _is_http(url):
        raise _wrong(
            "image_urls", url, "http or https URLs (base64 goes to /v1/uploads/images first)"
        )
    suffix = _SUFFIX.search(urlsplit(url).path)
    if suffix is not None and suffix[1].lower() not in SUFFIXES:
        raise _wrong("image_urls", url, "a suffix of ." + " .".join(SUFFIXES) + ", or none")
    return url


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    spaced = any(letter.isspace() for letter in url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not spaced


def _callback_url(webhook: object) -> str | None:
    """`<base>/callback` with one slash between them, and a query behind. docs: docs.apimart.ai
    tasks/webhook.
    """
    if webhook is None:
        return None
    if not isinstance(webhook, str) or not _is_http(webhook):
        raise _wrong("webhook", webhook, "an http or https URL")
    parts = urlsplit(webhook)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/callback"))
