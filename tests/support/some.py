"""What a test looks through is not nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def some(found: Iterable[T]) -> list[T]:
    """All that was found; raises AssertionError where that is nothing, for a loop would pass it."""
    listed = list(found)
    assert listed, "there is nothing to look at"
    return listed
