"""Real time as the Redis server has it, so that replicas on different machines agree.

Every answer that brings the server's time along is a lower bound: by the time it is heard, the
server's clock shows at least that. From there on it counts with the replica's own clock, a little
too slowly on purpose. The highest of all bounds is what counts, so time

* never goes back, and never runs ahead of the server's;
* is never earlier than a server time that was heard, hence never earlier than any replica's time
  before that: whoever loads what another replica has written knows at least its moment;
* lags by as long as the best answer was under way, and 1 ms for every second since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.engine.ports import System

# Two clocks that NTP corrects at its full 500 ppm, in opposite directions, drift apart by 1 in 1000.
SLOWED, FULL = 999, 1000


class SharedClock:
    """Implements `engine.ports.System` over another one, from the first time that a server told."""

    def __init__(self, system: System, server_ms: int) -> None:
        self._system = system
        self._heard_ms, self._heard_at_own_ms = server_ms, system.real_ms()

    def heard(self, server_ms: int) -> None:
        """Takes in a time of the server's, at once when its answer has come."""
        if server_ms >= self.real_ms():
            self._heard_ms, self._heard_at_own_ms = server_ms, self._system.real_ms()

    def real_ms(self) -> int:
        """Milliseconds since the Unix epoch by the server's clock; never goes back."""
        # Both readings are rounded down, so the span between them may be almost 1 ms shorter.
        since_ms = max(0, self._system.real_ms() - self._heard_at_own_ms - 1)
        return self._heard_ms + since_ms * SLOWED // FULL

    def entropy(self) -> str:
        """16 fresh hex digits."""
        return self._system.entropy()


def milliseconds(told: Sequence[int | bytes]) -> int:
    """What the command TIME answers, seconds and microseconds, in milliseconds."""
    seconds, micros = told
    return int(seconds) * 1000 + int(micros) // 1000
