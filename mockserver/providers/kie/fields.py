"""Reads single fields of Kie's requests, each with the refusal that names it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from mockserver.sdk.provider import Refusal, whole_number, wrong_field

if TYPE_CHECKING:
    from mockserver.sdk.provider import Inbound

MAX_IMAGES = 3  # docs: generate-veo-3-video
SEEDS = range(10_000, 100_000)  # docs: generate-veo-3-video, older schema


def wrong(name: str, value: object, expected: str) -> Refusal:
    """The refusal of a value. assumed: 422, and the text names field and value."""
    return wrong_field("invalid_field", name, value, expected)


Wrong = Callable[[str, object, str], Refusal]  # refuses a field's value, and says what is expected


def lacking(name: str, expected: str) -> Refusal:
    """The refusal of a required field that is missing."""
    return Refusal("missing_field", f"{name}: got nothing, expected {expected}")


def required_text(fields: dict[str, Any], name: str) -> str:
    """A required text. Raises Refusal(`missing_field` | `invalid_field`)."""
    value = fields.get(name)
    if value is None or value == "" or (isinstance(value, str) and not value.strip()):
        got = "nothing" if value is None else "an empty text"
        raise Refusal("missing_field", f"{name}: got {got}, expected a text that is not empty")
    if not isinstance(value, str):
        raise wrong(name, value, "a text")
    return value


def optional_text(fields: dict[str, Any], name: str) -> str | None:
    """A text, or None if the field is absent, null or empty."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise wrong(name, value, "a text")
    return value or None


def choice(
    fields: dict[str, Any], name: str, allowed: Collection[str], wrong: Wrong = wrong
) -> str | None:
    """One of some words, or None if the field is absent or null."""
    value = fields.get(name)
    if value is not None and (not isinstance(value, str) or value not in allowed):
        raise wrong(name, value, "one of " + ", ".join(allowed))
    return value


def switch(fields: dict[str, Any], name: str, default: bool) -> bool:
    """True or false."""
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise wrong(name, value, "true or false")
    return value


def number(
    fields: dict[str, Any], name: str, allowed: Collection[int], span: str, wrong: Wrong = wrong
) -> int | None:
    """An integer out of some, or out of a range. `span` says which, in words."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise wrong(name, value, span)
    return value


def seeds(fields: dict[str, Any], wrong: Wrong = wrong) -> int | None:
    """`seeds`: 10000 to 99999."""
    return number(fields, "seeds", SEEDS, f"an integer from {SEEDS[0]} to {SEEDS[-1]}", wrong)


def web_url(name: str, value: object) -> str:
    """An http or https URL. It is never fetched here."""
    if not isinstance(value, str) or not value.lower().startswith(("http://", "https://")):
        raise wrong(name, value, "an http or https URL")
    return value


def callback_url(fields: dict[str, Any]) -> str | None:
    """`callBackUrl`, with a capital B [seed 001]. An empty text counts as absent."""
    value = fields.get("callBackUrl")
    return None if value is None or value == "" else web_url("callBackUrl", value)


def image_urls(fields: dict[str, Any], *, alone: bool) -> list[str]:
    """`imageUrls`: at most three. `alone` accepts one URL without the array."""
    value = fields.get("imageUrls")
    if value is None:
        return []
    if alone and isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise wrong("imageUrls", value, "an array of URLs")
    if len(value) > MAX_IMAGES:
        raise wrong("imageUrls", value, f"at most {MAX_IMAGES} URLs")
    return [web_url("imageUrls[]", url) for url in value]


def video_index(value: object) -> int:
    """Which video of a task. Kie makes one for each task, so the engine accepts only 0."""
    written = whole_number(value) if isinstance(value, str) else None
    if written is not None:
        return written
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("index", value, "an integer, 0 for the first video")
    return value


def task_id_query(inbound: Inbound) -> str:
    """`taskId` of the query. Raises Refusal(`missing_field`)."""
    return required_text({"taskId": inbound.query("taskId") or None}, "taskId")
