"""What a long run checked, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SHOWN = 5


class Check(NamedTuple):
    """One promise, and where it was broken."""

    promise: str
    broken: Sequence[str]


def check(promise: str, broken: Sequence[str]) -> Check:
    """A promise; it holds where nothing broke it."""
    return Check(promise, broken)


def line(found: Check) -> str:
    """One line for a promise."""
    if not found.broken:
        return f"held    {found.promise}"
    some = ", ".join(found.broken[:SHOWN])
    return f"BROKEN  {found.promise}: {len(found.broken)} times, {some}"
