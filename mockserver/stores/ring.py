"""A journal that forgets its oldest entries, and counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.domain.journal.journal import Draft, Page
from mockserver.stores.sharded import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 10_000
MAX_BYTES = 16 * 1024 * 1024


class Ring(Struct, gc=False):
    """Limited by entries and by bytes. Entries are made from their drafts when they are read."""

    seq: int = 0
    dropped: int = 0
    _weight_bytes: int = 0
    _drafts: dict[int, Draft] = field(default_factory=dict)

    def append(self, draft: Draft) -> int:
        """Keeps the parts of an entry and returns its number; without room, the oldest are dropped."""
        self.seq += 1
        drafts = self._drafts
        drafts[self.seq] = draft
        self._weight_bytes += draft.weight_bytes()
        while len(drafts) > MAX_ENTRIES or (self._weight_bytes > MAX_BYTES and len(drafts) > 1):
            self._weight_bytes -= drafts.pop(self._first).weight_bytes()
            self.dropped += 1
        return self.seq

    @property
    def _first(self) -> int:
        """The number of the oldest entry: there is no gap behind it."""
        return self.seq - len(self._drafts) + 1

    def page(self, after: int, limit: int, brief: bool = False) -> Page:
        """Entries with a number above `after`, oldest first."""
        start = max(self._first, after + 1)
        numbers = range(start, min(start + limit, self.seq + 1))
        found = [(seq, self._drafts[seq]) for seq in numbers]
        if brief:
            entries = tuple([draft.brief(seq) for seq, draft in found])
        else:
            entries = tuple([replace(draft.entry(), seq=seq) for seq, draft in found])
        return Page(entries, self.dropped, self.seq, self.seq)

    def drained(self) -> Iterator[None]:
        """Lets go of everything, so many at a time, of a journal that nobody asks any more."""
        while self._drafts:
            for _ in range(min(AT_ONCE, len(self._drafts))):
                self._drafts.popitem()
            yield

    def clear(self) -> None:
        """Forgets every entry; numbers go on."""
        self._drafts.clear()
        self._weight_bytes = 0
