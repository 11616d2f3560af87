"""Which sandbox must be looked at, and when: the one loop of callbacks uses this."""

from __future__ import annotations

import heapq
from math import inf

OUTDATED = 64  # outdated entries that may stay before they are removed


class DueQueue:
    """At most one time for each sandbox.

    The cost is constant or logarithmic, whatever the others wait for.
    """

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []  # may hold outdated entries

    def put(self, sandbox_id: str, real_ms: float) -> None:
        """Sets the time for a sandbox, and replaces its earlier time."""
        if self._at.get(sandbox_id) == real_ms:
            return
        self._at[sandbox_id] = real_ms
        heapq.heappush(self._heap, (real_ms, sandbox_id))
        if len(self._heap) > 2 * len(self._at) + OUTDATED:
            self._heap = [(at_ms, id_) for id_, at_ms in self._at.items()]
            heapq.heapify(self._heap)

    def due(self, real_ms: float) -> list[str]:
        """Removes and returns the sandboxes whose time has come, the earliest first."""
        found = []
        while self.next_ms() <= real_ms:
            _, sandbox_id = heapq.heappop(self._heap)
            del self._at[sandbox_id]
            found.append(sandbox_id)
        return found

    def next_ms(self) -> float:
        """The earliest time; infinite if there is none."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else inf
