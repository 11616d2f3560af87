"""A record of ours as a record of the control API."""

from __future__ import annotations

from typing import TypeVar

from msgspec import convert, to_builtins

T = TypeVar("T")


def told(record: object, kind: type[T]) -> T:
    """What both have: each field of `kind` is the field of the same name."""
    return convert(to_builtins(record), kind)
