"""Quantities as people write them: numbers, shares and spans of time.

All numbers that come from outside are read here. `int()` and `float()` accept `nan`, `1_0` and
full-width digits. For thousands of digits they raise an error of their own.
"""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Annotated, Any

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.said import said

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_NUMBER = 18  # digits; no quantity here needs more
_BEYOND = 10**LONGEST_NUMBER
_WHOLE = re.compile(rf"\d{{1,{LONGEST_NUMBER}}}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?", re.ASCII)


def whole_number(given: object) -> int | None:
    """A whole number from 0, or its digits; None for anything else, of any length."""
    if type(given) is int:
        return given if 0 <= given < _BEYOND else None
    return int(given) if isinstance(given, str) and _WHOLE.fullmatch(given) else None


def number(given: object) -> float | None:
    """A number, or a number as people write it; None for anything else, also if it is not finite."""
    if isinstance(given, str) and _NUMBER.fullmatch(given.strip()):
        given = float(given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if -_BEYOND < given < _BEYOND else None


def fraction(options: Mapping[str, Any], name: str, default: float) -> float:
    """An option given as `60%`, `60` or `0.6`, as a number in [0, 1]. Raises BadInput."""
    given = options.get(name, default)
    text = given.strip() if isinstance(given, str) else ""
    found = number(text.removesuffix("%") or given)
    if found is not None and (text.endswith("%") or found > 1):
        found /= 100
    if found is None or not 0 <= found <= 1:
        raise BadInput(name, given, "a share such as 60% or 0.6")
    return found


_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART = re.compile(r"(\d{1,20}(?:\.\d{1,20})?)(ms|s|m|h|d)", re.ASCII)
_ZERO = re.compile(r"0{1,20}(?:\.0{1,20})?", re.ASCII)
MAX_SPAN_MS = 36_525 * 86_400_000  # a hundred years; longer spans break dates and integers

_LONGEST_FIRST = [rf"[0-9]+(\.[0-9]+)?{unit}" for unit in reversed(_UNITS_MS)]
_WRITTEN = [
    first + "".join(f"({part})?" for part in _LONGEST_FIRST[place + 1 :])
    for place, first in enumerate(_LONGEST_FIRST)
]
Span = Annotated[
    Any,  # what is no text is refused by `span_ms`, in its words
    said(
        "90s, 3m, 23h59m, 2d, 1500ms: with its unit",
        type="string",
        pattern=rf"^\s*({'|'.join(_WRITTEN)}|0+(\.0+)?)\s*$",
    ),
]


def span_ms(value: object, name: str = "duration") -> int:
    """A span of time: `"1500ms"`, `"90s"`, `"3m"`, `"23h59m"`, `"2d"`, in ms. Raises BadInput.

    A span says its unit: who writes 90 means seconds more often than not. Several units stand from
    the longest to the shortest, each once. Only `"0"` needs no unit.
    """
    ms = _written_ms(value.strip()) if isinstance(value, str) else None
    if ms is None or not 0 <= ms <= MAX_SPAN_MS:
        expected = "a duration such as 1500ms, 90s, 23h59m or 2d, with its unit, at most 36525d"
        raise BadInput(name, value, expected)
    return round(ms)


def span_text(ms: int) -> str:
    """A span as a person writes it, in the longest unit that measures it whole: `"90s"`."""
    unit = next(unit for unit in reversed(_UNITS_MS) if ms % _UNITS_MS[unit] == 0) if ms else "s"
    return f"{ms // _UNITS_MS[unit]}{unit}"


def _written_ms(text: str) -> float | None:
    if _ZERO.fullmatch(text):
        return 0
    total_ms, place, shortest_ms = 0.0, 0, inf
    while part := _PART.match(text, place):
        unit_ms = _UNITS_MS[part[2]]
        if unit_ms >= shortest_ms:
            return None
        total_ms, place, shortest_ms = total_ms + float(part[1]) * unit_ms, part.end(), unit_ms
    return total_ms if 0 < place == len(text) else None
