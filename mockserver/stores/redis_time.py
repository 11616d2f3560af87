"""Real time as the Redis server has it, so that replicas on different machines agree.

Every answer that contains the server's time is a lower bound: when the answer comes, the server's
clock shows at least that time. From then on, the replica counts with its own clock, a little too
slowly on purpose. The highest of all bounds counts. So time

* never goes back, and is never ahead of the server's time;
* is never earlier than a server time that was heard, and so never earlier than any replica's time
  before that: a replica that loads a record knows at least the moment at which it was written;
* is late by the travel time of the best answer, and by 1 ms for every second since then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.engine.ports import System

# Two clocks that NTP corrects at its full 500 ppm in opposite directions drift apart by 1 in 1000.
SLOWED, FULL = 999, 1000


class SharedClock:
    """Implements `engine.ports.System` with another one, after the first time that a server told."""

    def __init__(self, system: System, server_ms: int) -> None:
        self._system = system
        self._heard_ms, self._heard_at_own_ms = server_ms, system.real_ms()

    def heard(self, server_ms: int) -> None:
        """Takes a time of the server; call it at once when its answer has come."""
        if server_ms >= self.real_ms():
            self._heard_ms, self._heard_at_own_ms = server_ms, self._system.real_ms()

    def real_ms(self) -> int:
        """Milliseconds since the Unix epoch by the server's clock; never goes back."""
        # Both times are rounded down, so the span between them may be almost 1 ms shorter.
        since_ms = max(0, self._system.real_ms() - self._heard_at_own_ms - 1)
        return self._heard_ms + since_ms * SLOWED // FULL

    def entropy(self) -> str:
        """16 fresh hex digits."""
        return self._system.entropy()


def milliseconds(told: Sequence[int | bytes]) -> int:
    """The answer of the command TIME (seconds and microseconds) in milliseconds."""
    seconds, micros = told
    return int(seconds) * 1000 + int(micros) // 1000
