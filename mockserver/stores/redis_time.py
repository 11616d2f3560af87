"""Real time as the Redis server has it, so that replicas on different machines agree.

Each replica adds a measured offset to a clock of its own; the offset is measured anew now and
then. Time never goes back, whatever a new measurement says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.engine.ports import System


class SharedClock:
    """Implements `engine.ports.System` over another one."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._offset_ms = 0
        self._last_ms = 0

    def measured(self, server_ms: int, asked_ms: int, answered_ms: int) -> None:
        """Takes in what the server said its time was, between asking and hearing the answer."""
        self._offset_ms = server_ms - (asked_ms + answered_ms) // 2

    def own_ms(self) -> int:
        """This replica's time without the offset."""
        return self._system.real_ms()

    def real_ms(self) -> int:
        """Milliseconds since the Unix epoch by the server's clock; never goes back."""
        self._last_ms = max(self._last_ms, self._system.real_ms() + self._offset_ms)
        return self._last_ms

    def entropy(self) -> str:
        """16 fresh hex digits."""
        return self._system.entropy()


def measure(clock: SharedClock, client: Any) -> None:
    """Asks a (blocking) client for the server's time; the quickest of three answers counts."""
    tries = []
    for _ in range(3):
        asked_ms = clock.own_ms()
        seconds, micros = client.time()
        answered_ms = clock.own_ms()
        tries.append(
            (answered_ms - asked_ms, seconds * 1000 + micros // 1000, asked_ms, answered_ms)
        )
    _, server_ms, asked_ms, answered_ms = min(tries)
    clock.measured(server_ms, asked_ms, answered_ms)
