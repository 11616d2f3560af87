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
Unknown = tuple[str, str, list[str]]  # path, word, and the words that are possible there
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_SAID = {  # what msgspec calls a type, as a reader of the message does
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}


def record(content: Any, type_: type[T], whole: str, where: str = "", strict: bool = True) -> T:
    """The record that a value is. Raises BadInput.

    `whole` is the name of the value itself, `where` stands before the path of what is in it. Texts
    are read as numbers too unless it is `strict`.
    """
    for path, word, known in _unknown_words(content, inspect.type_info(type_), ""):
        raise BadInput(where + path, word, f"one of: {', '.join(known)}{nearest(word, known)}")
    try:
        return msgspec.convert(content, type_, strict=strict)
    except msgspec.ValidationError as error:
        path, value, expected = _explained(error, content)
        raise BadInput(where + path if path else whole, value, expected) from None


def _unknown_words(value: Any, expected: inspect.Type, path: str) -> Iterator[Unknown]:
    """The words in a value that its type does not know: names of fields, and choices.

    A value of a wrong type has no such words. `convert` finds it.
    """
    match expected:
        case inspect.Metadata(type=inner):
            yield from _unknown_words(value, inner, path)
        case inspect.UnionType(types=choices):
            for choice in choices:
                yield from _unknown_words(value, choice, path)
        case inspect.LiteralType(values=words) if isinstance(value, str) and value not in words:
            yield path, value, [str(word) for word in words]
        case inspect.VarTupleType(item_type=each) if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _unknown_words(item, each, f"{path}[{index}]")
        case inspect.StructType(fields=fields) if isinstance(value, dict):
            known = {field.encode_name: field.type for field in fields}
            for name, item in value.items():
                where = f"{path}.{name}" if path else name
                if name in known:
                    yield from _unknown_words(item, known[name], where)
                else:
                    yield where, name, list(known)


def _explained(error: msgspec.ValidationError, content: Any) -> tuple[str, Any, str]:
    """`Expected `int`, got `str` - at `$.clock.rate`` as a field, its value and what is right."""
    what, _, where = str(error).partition(" - at `$")
    path = where.rstrip("`").removeprefix(".").replace("[...]", "")
    expected = what.partition(", got ")[0].removeprefix("Expected ").replace("`", "")
    expected = re.sub(
        r"\w+", lambda word: _SAID.get(word[0], word[0]), expected.replace(" | ", " or ")
    )
    return path, _value_at(content, path), expected


def _value_at(content: Any, path: str) -> Any:
    for name, index in _STEP.findall(path):
        if index and isinstance(content, list):
            content = content[int(index)]
        elif isinstance(content, dict):
            content = content.get(name)
    return content
