"""The fields of all messages of one form: how often each comes, and of which types."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contracts.drift.model import Seen
from contracts.problem import pointer

ITEM = "*"


@dataclass
class Field:
    """One field, over all messages of a form."""

    count: int = 0
    """How many messages have it."""
    types: dict[str, str] = field(default_factory=dict)
    """Its types, each with where it was first seen."""


@dataclass
class Shape:
    """All messages of one form."""

    count: int = 0
    fields: dict[str, Field] = field(default_factory=dict)
    """By pointer, `*` for every item of a list."""


def shapes(messages: Iterable[Seen]) -> dict[tuple[str, str], Shape]:
    """Return the shape of each form of each call."""
    found: dict[tuple[str, str], Shape] = {}
    for seen in messages:
        if seen.message:
            shape = found.setdefault((seen.operation, seen.message), Shape())
            shape.count += 1
            _add(shape, seen)
    return found


def type_name(value: object) -> str:
    """The type of a value in the words of JSON Schema; a whole number is a number like any other."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _add(shape: Shape, seen: Seen) -> None:
    places: set[str] = set()
    for place, value in _walked(seen.body, ()):
        field_ = shape.fields.setdefault(place, Field())
        field_.count += place not in places
        field_.types.setdefault(type_name(value), seen.where)
        places.add(place)


def _walked(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    yield pointer(path), value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walked(inner, (*path, name))
    if isinstance(value, list):
        for inner in value:
            yield from _walked(inner, (*path, ITEM))
