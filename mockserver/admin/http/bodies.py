"""Bodies of control calls: strict JSON into records, every mistake named by its path."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

from mockserver.domain.input.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 32
T = TypeVar("T")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Malformed(ValueError):
    """The body is no JSON that a control call reads; the text says why."""


def read(body: bytes, type_: type[T]) -> T:
    """The body as a record. Raises Malformed and BadInput."""
    content = _parsed(body)
    for path, word, known in _unknown(content, inspect.type_info(type_), ""):
        raise BadInput(path, word, f"one of: {', '.join(known)}{nearest(word, known)}")
    try:
        return msgspec.convert(content, type_)
    except msgspec.ValidationError as error:
        raise _explained(error, content) from None


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


def _unknown(value: Any, expected: inspect.Type, path: str) -> Iterator[tuple[str, str, list[str]]]:
    """Fields and words that are not among those possible, as (path, word, those possible)."""
    if isinstance(expected, inspect.Metadata):
        yield from _unknown(value, expected.type, path)
    elif isinstance(expected, inspect.UnionType):
        for choice in expected.types:
            yield from _unknown(value, choice, path)
    elif isinstance(expected, inspect.LiteralType) and isinstance(value, str):
        if value not in expected.values:
            yield path, value, [str(word) for word in expected.values]
    elif isinstance(expected, inspect.StructType) and isinstance(value, dict):
        known = {field.encode_name: field.type for field in expected.fields}
        for name, inner in value.items():
            where = f"{path}.{name}" if path else name
            if name not in known:
                yield where, name, list(known)
            else:
                yield from _unknown(inner, known[name], where)
    elif isinstance(expected, inspect.VarTupleType) and isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unknown(inner, expected.item_type, f"{path}[{index}]")


def _explained(error: msgspec.ValidationError, content: Any) -> BadInput:
    """`Expected `int`, got `str` - at `$.clock.rate`` as a field, its value and what is right."""
    what, _, where = str(error).partition(" - at `$")
    path = where.rstrip("`").removeprefix(".").replace("[...]", "")
    expected = what.partition(", got ")[0].removeprefix("Expected ").replace("`", "")
    return BadInput(path or "body", _value_at(content, path), expected)


def _value_at(content: Any, path: str) -> Any:
    for name, index in _STEP.findall(path):
        if index and isinstance(content, list):
            content = content[int(index)]
        elif isinstance(content, dict):
            content = content.get(name)
    return content
