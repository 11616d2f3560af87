"""A number with what it counts, as reports say it: 1 violation, 2 violations."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """The number and the word, in its right form. `many` is the plural if it is not `one` and an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"
