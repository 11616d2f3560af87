"""A journal that forgets its oldest entries, and says how many."""

from __future__ import annotations

from collections import deque
from itertools import islice

from msgspec.structs import force_setattr

from mockserver.domain.journal import Entry, Page

MAX_ENTRIES = 10_000
MAX_BYTES = 16 * 1024 * 1024


class Ring:
    """Bounded by entries and by bytes."""

    __slots__ = ("_entries", "_weight_bytes", "dropped", "seq")

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._weight_bytes = 0
        self.seq = 0
        self.dropped = 0

    def append(self, entry: Entry) -> int:
        """Numbers the entry and keeps it; the oldest go when there is no room."""
        self.seq += 1
        force_setattr(entry, "seq", self.seq)  # nobody else has seen the entry yet
        entries = self._entries
        entries.append(entry)
        self._weight_bytes += entry.weight_bytes()
        while len(entries) > MAX_ENTRIES or (self._weight_bytes > MAX_BYTES and len(entries) > 1):
            self._weight_bytes -= entries.popleft().weight_bytes()
            self.dropped += 1
        return self.seq

    def page(self, after: int, limit: int) -> Page:
        """Entries numbered above `after`, oldest first."""
        first = self.seq - len(self._entries)
        start = max(0, after - first)
        return Page(tuple(islice(self._entries, start, start + limit)), self.dropped, self.seq)

    def clear(self) -> None:
        """Forgets every entry; numbers go on."""
        self._entries.clear()
        self._weight_bytes = 0
