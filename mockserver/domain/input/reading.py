"""Plain values, from JSON, YAML or TOML, as records: every mistake is named by its path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

from mockserver.domain.input.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def record(content: Any, type_: type[T], whole: str, where: str = "", strict: bool = True) -> T:
    """The record that a value is. Raises BadInput.

    `whole` is the name of the value itself, `where` stands before the path of what is in it. Texts
    are read as numbers too unless it is `strict`.
    """
    for path, word, known in _unknown(content, inspect.type_info(type_), ""):
        raise BadInput(where + path, word, f"one of: {', '.join(known)}{nearest(word, known)}")
    try:
        return msgspec.convert(content, type_, strict=strict)
    except msgspec.ValidationError as error:
        path, value, expected = _explained(error, content)
        raise BadInput(where + path if path else whole, value, expected) from None


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


def _explained(error: msgspec.ValidationError, content: Any) -> tuple[str, Any, str]:
    """`Expected `int`, got `str` - at `$.clock.rate`` as a field, its value and what is right."""
    what, _, where = str(error).partition(" - at `$")
    path = where.rstrip("`").removeprefix(".").replace("[...]", "")
    expected = what.partition(", got ")[0].removeprefix("Expected ").replace("`", "")
    return path, _value_at(content, path), expected


def _value_at(content: Any, path: str) -> Any:
    for name, index in _STEP.findall(path):
        if index and isinstance(content, list):
            content = content[int(index)]
        elif isinstance(content, dict):
            content = content.get(name)
    return content
