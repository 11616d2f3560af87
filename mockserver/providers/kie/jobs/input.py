"""Reads single fields of the object `input`, each with the refusal that Kie has for it.

A missing field or a value outside its list is 500, before a task exists. The texts were observed on
other models of the same call. assumed: a value of the wrong type is 422, in our words.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from mockserver.providers.kie import fields as field
from mockserver.sdk.provider import Refusal, shown, wrong_field


def lacking(name: str, expected: str) -> Refusal:
    """The refusal of a required field that is missing."""
    reason = f"input.{name}: got nothing, expected {expected}"
    return Refusal("missing_field", reason, message=f"{name} is required")


def outside(name: str, value: object, expected: str) -> Refusal:
    """The refusal of a value that is not in its list."""
    message = f"{name} is not within the range of allowed options"
    return wrong_field("outside_range", f"input.{name}", value, expected, message)


def required_text(given: dict[str, Any], name: str) -> str:
    """A required text. Raises Refusal(`missing_field` | `invalid_field`)."""
    value = given.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise lacking(name, "a text that is not empty")
    if not isinstance(value, str):
        raise field.wrong(f"input.{name}", value, "a text")
    return value


# As for the older calls, with the refusal of this API.
choice = partial(field.choice, wrong=outside)
number = partial(field.number, wrong=outside)
seeds = partial(field.seeds, wrong=outside)


def image_urls(given: dict[str, Any]) -> list[str]:
    """`image_urls`: at most three. They are never fetched."""
    value = given.get("image_urls")
    if value is None:
        return []
    if not isinstance(value, list):
        raise field.wrong("input.image_urls", value, "an array of URLs")
    if len(value) > field.MAX_IMAGES:
        raise outside("image_urls", value, f"at most {field.MAX_IMAGES} URLs")
    return [field.web_url("input.image_urls[]", url) for url in value]


def check_plain(given: dict[str, Any], switches: Collection[str], texts: Collection[str]) -> None:
    """The fields that change nothing here. Raises Refusal(`invalid_field`) for a wrong type."""
    for name in switches:
        if not isinstance(given.get(name), bool | None):
            raise field.wrong(f"input.{name}", given[name], "true or false")
    for name in texts:
        if not isinstance(given.get(name), str | None):
            raise field.wrong(f"input.{name}", given[name], "a text")


def input_of(body: dict[str, Any]) -> dict[str, Any]:
    """The object `input` without fields that are null. Raises Refusal(`missing_field` |
    `invalid_field`).
    """
    value = body.get("input")
    if value is None:
        reason = "input: got nothing, expected an object"
        raise Refusal("missing_field", reason, message="input is required")
    if not isinstance(value, dict):
        raise field.wrong("input", value, "an object")
    return {name: each for name, each in value.items() if each is not None}


def unknown_model(model: object, known: Collection[str]) -> Refusal:
    """The refusal of a model that `createTask` does not know."""
    reason = f"model: got {shown(model)}, expected one of {', '.join(known)}"
    return Refusal("unknown_model", reason)
