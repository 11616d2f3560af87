"""A client reads what a newer server may send: further fields, and words that it does not know."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import inspect, json

from mockserver.control.operation import Operation
from mockserver.control.operations import OPERATIONS
from mockserver.control.records import Clock
from tests.support.some import some


def test_a_further_field_and_an_unknown_word_are_read() -> None:
    text = b'{"mode":"lunar","rate":0,"now_ms":1,"now":"","phase_of_the_moon":3}'
    assert json.decode(text, type=Clock) == Clock("lunar", 0, 1, "")


def limits(kind: inspect.Type, seen: set[type]) -> list[inspect.Type]:
    """The parts of a type that a reader of replies would refuse an unknown word or field for."""
    if isinstance(kind, inspect.LiteralType):
        return [kind]
    found: list[inspect.Type] = []
    if isinstance(kind, inspect.StructType | inspect.TypedDictType):
        if kind.cls in seen:
            return []
        seen.add(kind.cls)
        if getattr(kind, "forbid_unknown_fields", False):
            found.append(kind)
        inner = [field.type for field in kind.fields]
    else:
        names = ("type", "types", "item_type", "item_types", "key_type", "value_type")
        values = [getattr(kind, name, ()) for name in names]
        inner = [
            one for value in values for one in (value if isinstance(value, tuple) else [value])
        ]
    return found + [limit for one in inner for limit in limits(one, seen)]


@pytest.mark.parametrize("operation", some(OPERATIONS), ids=lambda found: found.name)
def test_no_reply_is_bound_to_the_words_of_this_version(operation: Operation[Any, Any]) -> None:
    assert not limits(inspect.type_info(operation.response), set())
