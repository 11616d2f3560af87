"""Clocks and moments, as control calls show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.domain.time.clock import ClockState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MS = 253_402_300_799_999  # the end of the year 9999


def iso(at_ms: int) -> str:
    """A moment as ISO 8601 in UTC with milliseconds; the year 9999 is the last."""
    moment = _EPOCH + timedelta(milliseconds=min(at_ms, LAST_MS))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock_shown(clock: ClockState, real_ms: int) -> dict[str, Any]:
    """Mode, rate and the virtual time at a real time."""
    now_ms = clock.at(real_ms)
    return {"mode": clock.mode, "rate": clock.rate, "now_ms": now_ms, "now": iso(now_ms)}
