"""Reads APIYI's requests: JSON and multipart creations, chat, ids in the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.providers.apiyi.images import part_image, stored
from mockserver.providers.apiyi.models import BY_NAME, CHAT_ALIAS
from mockserver.sdk.provider import ListModels, Read, Refusal, ReplyAs, Submit, wrong_field

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound, Model, Orientation

MAX_IMAGES = 2  # seed 000: first and last frame
ROLES = ("system", "user", "assistant", "developer", "tool")  # OpenAI's; `user` has the prompt
MAX_VIDEOS = 4  # seed 004
SHOWN_CHARS = 80
# code: API-MANUAL.md of sora-2: fewer than 1000 characters; a dialect decides
PROMPT_LIMITS = {"999": 999}


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
            stored(part.data, "input_reference")
            for part in inbound.form
            if part.name == "input_reference" and part.filename is not None
        ]
        if "input_reference" in fields:
            reason = "input_reference: got a text, expected a file: a part with a filename"
            raise Refusal("invalid_field", reason)
    else:
        fields = inbound.json_object()
    model = _model(fields.get("model"))
    prompt = _prompt(fields.get("prompt"), context)
    _check_images(model, images)
    return _submit(model, prompt, images, "task", 1)


def chat(inbound: Inbound, context: Context) -> Submit:
    """`POST /v1/chat/completions`: the last user message is the prompt, with its images."""
    fields = inbound.json_object()
    asked = name = fields.get("model")
    if isinstance(asked, str) and context.dialect["chat_alias"] == "on":
        name = CHAT_ALIAS.get(asked, asked)
    model = _model(name)
    stream = fields.get("stream", False)
    if stream is not None and not isinstance(stream, bool):
        raise wrong_field("invalid_field", "stream", stream, "true or false")
    videos = fields.get("n")
    videos = 1 if videos is None else videos
    if isinstance(videos, bool) or not isinstance(videos, int) or not 1 <= videos <= MAX_VIDEOS:
        raise wrong_field("invalid_field", "n", videos, f"an integer from 1 to {MAX_VIDEOS}")
    text, images = _message(fields.get("messages"), context)
    prompt = _prompt(text, context, "messages[].content")
    _check_images(model, images)
    submit = _submit(model, prompt, images, "stream" if stream else "wait", videos)
    return submit if asked == name else replace(submit, params={"model": asked})


def read(inbound: Inbound, context: Context) -> Read:
    """`GET /v1/videos/{id}` and `/content`."""
    return Read(inbound.params["id"])


def models(inbound: Inbound, context: Context) -> ListModels:
    """`GET /v1/models`."""
    return ListModels()


def _submit(model: Model, prompt: str, images: list[str], reply_as: ReplyAs, videos: int) -> Submit:
    price_micros = model.price_micros * videos  # each video is charged
    orientation: Orientation = "landscape" if model.orientation == "landscape" else "portrait"
    return Submit(
        model.name,
        prompt,
        price_micros,
        model.timing,
        orientation,
        reply_as=reply_as,
        videos=videos,
        images=tuple(images),
    )


def _model(name: object) -> Model:
    model = BY_NAME.get(name) if isinstance(name, str) else None
    if model is None:
        message = (
            f"The model '{name[:SHOWN_CHARS]}' does not exist" if isinstance(name, str) else None
        )
        raise wrong_field("invalid_model", "model", name, "one of " + ", ".join(BY_NAME), message)
    return model


def _prompt(value: object, context: Context, field: str = "prompt") -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong_field("invalid_prompt", field, value, "a text that is not empty")
    limit_chars = PROMPT_LIMITS.get(context.dialect["prompt_limit"])
    if limit_chars is not None and len(value) > limit_chars:
        got = f"{len(value)} characters"
        raise wrong_field("invalid_prompt", field, got, f"at most {limit_chars}")
    return value


def _message(messages: object, context: Context) -> tuple[str, list[str]]:
    """The text of the last user message and its images. Raises Refusal(`invalid_messages`)."""
    if not isinstance(messages, list) or not messages:
        raise wrong_field("invalid_messages", "messages", messages, "an array with a message")
    asked = None
    for message in messages:
        if not isinstance(message, dict):
            asked = None
            break
        if message.get("role") == "user":
            asked = message
    if asked is None:
        raise wrong_field("invalid_messages", "messages", messages, "objects, one with role user")
    for message in messages:
        if message.get("role", "user") not in ROLES:
            expected = "one of " + ", ".join(ROLES)
            raise wrong_field("invalid_messages", "messages[].role", message["role"], expected)
    content = asked.get("content")
    if isinstance(content, str):
        return content, []
    if not isinstance(content, list):
        raise wrong_field(
            "invalid_messages", "messages[].content", content, "a string or an array of parts"
        )
    texts: list[str] = []
    images: list[str] = []
    for part in content:
        if isinstance(part, dict) and part.get("type") == "text":
            texts.append(_text(part))
        else:
            images.append(part_image(part, urls=context.dialect["chat_images"] == "any"))
    return "\n".join(texts), images


def _text(part: dict[str, Any]) -> str:
    text = part.get("text")
    if not isinstance(text, str):
        raise wrong_field("invalid_messages", "messages[].content[].text", text, "a text")
    return text


def _check_images(model: Model, images: list[str]) -> None:
    count = len(images)
    if count and not model.takes_images:
        raise Refusal("image_unwanted", f"images: got {count}, expected none for {model.name}")
    if count > MAX_IMAGES:
        raise Refusal("invalid_field", f"images: got {count}, expected at most {MAX_IMAGES}")
    if model.takes_images and not count:
        # seed 002: the first frame is mandatory. No page says how a missing one is refused. Of seed
        # 000's codes, the nearest is the one for a request that asks for the wrong thing.
        raise Refusal(
            "invalid_prompt", f"images: got none, expected a first frame for {model.name}"
        )
