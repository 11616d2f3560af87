"""Clocks and moments, as control calls show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mockserver.control.records import Clock
from mockserver.domain.time.clock import LAST_MS, ClockState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(at_ms: int) -> str:
    """A moment as ISO 8601 in UTC with milliseconds; the year 9999 is the last."""
    moment = _EPOCH + timedelta(milliseconds=min(at_ms, LAST_MS))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock_shown(clock: ClockState, real_ms: int) -> Clock:
    """Mode, rate and the virtual time at a real time."""
    now_ms = clock.at(real_ms)
    return Clock(clock.mode, clock.rate, now_ms, iso(now_ms))
