"""Numbers as options: finite, within bounds, and refused in the words of this command line."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import click

from mockserver.domain.input import quantity


def within(least: float | None = None, most: float | None = None) -> Callable[[object], float]:
    """The type of an option that takes a finite number from `least` to `most`."""
    lowest, highest = -inf if least is None else least, inf if most is None else most
    bounds = "" if least is None else f", at least {least:g}"
    bounds += "" if most is None else f", at most {most:g}"

    def number(given: object) -> float:
        found = quantity.number(given)
        if found is None or not lowest <= found <= highest:
            raise click.BadParameter(f"{given!r} is not a number{bounds}")
        return found

    return number


NUMBER = within()
