"""Quantities as people write them: shares and spans of time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mockserver.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping


def fraction(options: Mapping[str, Any], name: str, default: float) -> float:
    """An option given as `60%`, `60` or `0.6`, as a number in [0, 1]. Raises BadInput."""
    given = options.get(name, default)
    try:
        text = str(given).strip()
        number = float(text.rstrip("%"))
        if text.endswith("%") or number > 1:
            number /= 100
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadInput(name, given, "a share such as 60% or 0.6")
    return number


LONGEST_NUMBER = 18  # digits: more are no quantity of anything here, and int() refuses thousands


def whole_number(given: object) -> int | None:
    """A number from 0 as digits; None for anything else, however much of it there is."""
    text = str(given)
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None


_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN = re.compile(r"(\d{1,20}(?:\.\d{1,20})?)(ms|s|m|h|d)?")
MAX_SPAN_MS = 36_525 * 86_400_000  # a hundred years: what lies beyond breaks dates and integers


def span_ms(value: object, name: str = "duration") -> int:
    """A span of time: `1500`, `"1500ms"`, `"90s"`, `"3m"`, `"24h"`, `"2d"`, in ms. Raises BadInput."""
    found = _SPAN.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    ms = -1 if found is None else round(float(found[1]) * _UNITS_MS[found[2] or "ms"])
    if not 0 <= ms <= MAX_SPAN_MS:
        raise BadInput(
            name,
            value,
            "a duration such as 1500ms, 90s, 3m, 24h or 2d (a bare number is ms; at most 36525d)",
        )
    return ms
