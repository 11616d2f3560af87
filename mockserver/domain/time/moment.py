"""Moments as people give them: epoch milliseconds or an ISO time."""

from __future__ import annotations

from datetime import UTC, datetime

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.time.clock import LAST_MS


def moment_ms(value: object, field: str) -> int:
    """A moment in epoch milliseconds (UTC where an ISO time names no zone). Raises BadInput."""
    at_ms = -1
    if isinstance(value, int) and not isinstance(value, bool):
        at_ms = value
    elif isinstance(value, str):
        found = whole_number(value)
        at_ms = _from_iso(value) if found is None else found
    if not 0 <= at_ms <= LAST_MS:
        raise BadInput(field, value, "an ISO time or epoch milliseconds, 1970 to 9999")
    return at_ms


def _from_iso(text: str) -> int:
    """-1 for what is no ISO time."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return -1
