"""The real clock and real chance: the only place that touches them."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime


def real_ns() -> int:
    """Nanoseconds of a clock that only ever goes on; for measuring spans."""
    return time.perf_counter_ns()


def today() -> date:
    """The present day in UTC."""
    return datetime.now(UTC).date()


class RealSystem:
    """Implements `engine.ports.System`. Time is monotonic: it starts at the wall clock's."""

    def __init__(self) -> None:
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def real_ms(self) -> int:
        """Milliseconds since the Unix epoch; never goes back, whatever is done to the wall clock."""
        return (time.monotonic_ns() + self._offset_ns) // 1_000_000

    def entropy(self) -> str:
        """16 fresh hex digits."""
        return secrets.token_hex(8)
