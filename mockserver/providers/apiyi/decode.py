"""Reads APIYI's requests: JSON and multipart creations, chat, ids in the path."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mockserver.domain.command import ListModels, Read, ReplyAs, Submit
from mockserver.domain.errors import Refusal, wrong_field
from mockserver.providers.apiyi.models import BY_NAME, CHAT_ALIAS

if TYPE_CHECKING:
    from mockserver.domain.provider import Context, Inbound, Model, Part

MAX_IMAGE_BYTES = 10 * 1024 * 1024  # code: threezhang/docs, troubleshooting
MAX_IMAGES = 2  # seed 000: first and last frame
MAX_VIDEOS = 4  # seed 004
IMAGE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")  # JPEG, PNG, WebP


def create(inbound: Inbound, context: Context) -> Submit:
    """`POST /v1/videos`: JSON, or the multipart form that the OpenAI SDKs always send."""
    images: list[str] = []
    if inbound.form is not None:
        fields: dict[str, Any] = {
            part.name: part.data.decode("utf-8", "replace")
            for part in inbound.form
            if part.filename is None
        }
        images = [
            _stored(p)
            for p in inbound.form
            if p.name == "input_reference" and p.filename is not None
        ]
    else:
        fields = inbound.json_object()
    model = _model(fields, chat=False)
    prompt = _prompt(fields.get("prompt"))
    _check_images(model, images)
    return _submit(model, prompt, images, "task", 1)


def chat(inbound: Inbound, context: Context) -> Submit:
    """`POST /v1/chat/completions`: the last user message is the prompt, with its images."""
    fields = inbound.json_object()
    model = _model(fields, chat=True)
    stream = fields.get("stream", False)
    if not isinstance(stream, bool | None):
        raise wrong_field("invalid_field", "stream", stream, "true or false")
    videos = fields.get("n")
    videos = 1 if videos is None else videos
    if isinstance(videos, bool) or not isinstance(videos, int) or not 1 <= videos <= MAX_VIDEOS:
        raise wrong_field("invalid_field", "n", videos, f"an integer from 1 to {MAX_VIDEOS}")
    text, images = _message(fields.get("messages"))
    prompt = _prompt(text, "messages[].content")
    _check_images(model, images)
    return _submit(model, prompt, images, "stream" if stream else "wait", videos)


def read(inbound: Inbound, context: Context) -> Read:
    """`GET /v1/videos/{id}` and `/content`."""
    return Read(inbound.params["id"])


def models(inbound: Inbound, context: Context) -> ListModels:
    """`GET /v1/models`."""
    return ListModels()


def _submit(model: Model, prompt: str, images: list[str], reply_as: ReplyAs, videos: int) -> Submit:
    return Submit(
        model=model.name,
        prompt=prompt,
        price_micros=model.price_micros * videos,  # n videos are charged n times
        timing=model.timing,
        orientation="landscape" if model.orientation == "landscape" else "portrait",
        reply_as=reply_as,
        videos=videos,
        images=tuple(images),
    )


def _model(fields: dict[str, Any], *, chat: bool) -> Model:
    name = fields.get("model")
    if chat and isinstance(name, str):
        name = CHAT_ALIAS.get(name, name)
    model = BY_NAME.get(name) if isinstance(name, str) else None
    if model is None:
        message = f"The model '{name}' does not exist" if isinstance(name, str) else None
        raise wrong_field("invalid_model", "model", name, "one of " + ", ".join(BY_NAME), message)
    return model


def _prompt(value: object, field: str = "prompt") -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong_field("invalid_prompt", field, value, "a text that is not empty")
    return value


def _message(messages: object) -> tuple[str, list[str]]:
    if not isinstance(messages, list) or not messages:
        raise wrong_field("invalid_messages", "messages", messages, "an array with a message")
    users = [m for m in messages if isinstance(m, dict) and m.get("role") == "user"]
    if len(messages) != sum(isinstance(m, dict) for m in messages) or not users:
        raise wrong_field("invalid_messages", "messages", messages, "objects, one with role user")
    content = users[-1].get("content")
    if isinstance(content, str):
        return content, []
    if not isinstance(content, list):
        raise wrong_field(
            "invalid_messages", "messages[].content", content, "a string or an array of parts"
        )
    texts: list[str] = []
    images: list[str] = []
    for part in content:
        _read_part(part, texts, images)
    return "\n".join(texts), images


def _read_part(part: object, texts: list[str], images: list[str]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if isinstance(part, dict) and kind == "text" and isinstance(part.get("text"), str):
        texts.append(part["text"])
        return
    source = part.get("image_url") if isinstance(part, dict) and kind == "image_url" else None
    url = source.get("url") if isinstance(source, dict) else None
    if not isinstance(url, str) or not url:
        expected = '{"type":"text","text"} or {"type":"image_url","image_url":{"url"}}'
        raise wrong_field("invalid_messages", "messages[].content[]", part, expected)
    # Any text passes: the published sample sends a sentence in place of a URL or base64.
    images.append(f"{sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()}:{len(url)}")


def _stored(part: Part) -> str:
    size_bytes = len(part.data)
    if size_bytes > MAX_IMAGE_BYTES:
        raise Refusal(
            "image_too_large", f"input_reference: got {size_bytes} bytes, expected at most 10 MB"
        )
    if not part.data.startswith(IMAGE_MAGIC):
        raise Refusal("image_unreadable", "input_reference: expected a JPEG, PNG or WebP image")
    return f"{sha256(part.data).hexdigest()}:{size_bytes}"


def _check_images(model: Model, images: list[str]) -> None:
    count = len(images)
    if count and not model.takes_images:
        raise Refusal("image_unwanted", f"images: got {count}, expected none for {model.name}")
    if count > MAX_IMAGES:
        raise Refusal("invalid_field", f"images: got {count}, expected at most {MAX_IMAGES}")
    if model.takes_images and not count:
        # seed 002: the first frame is mandatory
        raise Refusal("invalid_field", f"images: got none, expected a first frame for {model.name}")
