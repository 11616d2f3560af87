"""A journal that forgets its oldest entries, and says how many."""

from __future__ import annotations

from collections import deque
from itertools import islice

from msgspec.structs import replace

from mockserver.domain.journal.journal import Draft, Page

MAX_ENTRIES = 10_000
MAX_BYTES = 16 * 1024 * 1024


class Ring:
    """Bounded by entries and by bytes. Entries are made of their drafts when they are read."""

    __slots__ = ("_drafts", "_weight_bytes", "_weights", "dropped", "seq")

    def __init__(self) -> None:
        self._drafts: deque[Draft] = deque()
        self._weights: deque[int] = deque()
        self._weight_bytes = 0
        self.seq = 0
        self.dropped = 0

    def append(self, draft: Draft) -> int:
        """Keeps what an entry is made of and gives its number; the oldest go when there is no room."""
        self.seq += 1
        drafts, weights = self._drafts, self._weights
        drafts.append(draft)
        weight_bytes = draft.weight_bytes()
        weights.append(weight_bytes)
        self._weight_bytes += weight_bytes
        while len(drafts) > MAX_ENTRIES or (self._weight_bytes > MAX_BYTES and len(drafts) > 1):
            drafts.popleft()
            self._weight_bytes -= weights.popleft()
            self.dropped += 1
        return self.seq

    def page(self, after: int, limit: int) -> Page:
        """Entries numbered above `after`, oldest first."""
        first = self.seq - len(self._drafts) + 1
        start = max(0, after + 1 - first)
        found = enumerate(islice(self._drafts, start, start + limit), first + start)
        entries = tuple([replace(draft.entry(), seq=seq) for seq, draft in found])
        return Page(entries, self.dropped, self.seq)

    def clear(self) -> None:
        """Forgets every entry; numbers go on."""
        self._drafts.clear()
        self._weights.clear()
        self._weight_bytes = 0
