"""Reads the bodies of control calls: strict JSON into records. An error names the path of the field."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from mockserver.domain.input.reading import record

MAX_DEPTH = 32
T = TypeVar("T")


class Malformed(ValueError):
    """The body is not JSON that a control call accepts; the text says why."""


def read(body: bytes, type_: type[T]) -> T:
    """The body as a record. Raises Malformed and BadInput."""
    return record(_parsed(body), type_, "body")


def _parsed(body: bytes) -> Any:
    """JSON without duplicate keys, nested at most MAX_DEPTH deep. Raises Malformed."""
    if not body.strip():
        raise Malformed("the body is empty, expected JSON")
    try:
        content = msgspec.json.decode(body)  # stricter than json: no NaN, no half surrogates
        json.loads(body, object_pairs_hook=_without_duplicates)
    except RecursionError:
        raise Malformed(f"the body is nested deeper than {MAX_DEPTH} levels") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"the body is no valid JSON: {error}") from None
    if _is_deep(content):
        raise Malformed(f"the body is nested deeper than {MAX_DEPTH} levels")
    return content


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(f"the body has the key {name!r} twice in one object")
        found[name] = value
    return found


def _is_deep(content: Any) -> bool:
    level = [content]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return any(isinstance(value, (dict, list)) for value in level)
