"""One page of a journal in which every exchange shows how it really went; each entry is read once."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from mockserver.domain.journal.journal import Closed, Exchange, Sent, as_it_went
from mockserver.engine.paging import all_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.domain.journal.journal import Entry
    from mockserver.engine.ports import Store


class _Reading:
    """The entries that were read so far. Some wait, because a later entry may tell more about them."""

    def __init__(self, fits: Callable[[Entry], bool]) -> None:
        self.found: list[Entry] = []
        self._fits = fits
        self._waiting: deque[int] = deque()
        self._known: dict[int, Entry] = {}
        self._open: set[int] = set()

    def take(self, entry: Entry) -> None:
        """The next entry came."""
        if isinstance(entry, Sent | Closed) and entry.of in self._open:
            self._tell(entry)
        if isinstance(entry, Exchange) and entry.pending:
            self._open.add(entry.seq)
        self._waiting.append(entry.seq)
        self._known[entry.seq] = entry
        self._settle()

    def end(self) -> None:
        """No more entries will come, so nothing has to wait."""
        self._open.clear()
        self._settle()

    def _tell(self, later: Sent | Closed) -> None:
        exchange = self._known[later.of]
        assert isinstance(exchange, Exchange), "only exchanges wait"
        told = self._known[later.of] = as_it_went(exchange, [later])
        if all(fault.struck for fault in told.faults if fault.applied):
            self._open.discard(later.of)

    def _settle(self) -> None:
        while self._waiting and self._waiting[0] not in self._open:
            entry = self._known.pop(self._waiting.popleft())
            if self._fits(entry):
                self.found.append(entry)


async def journal_page(
    store: Store, sandbox_id: str, after: int, limit: int, fits: Callable[[Entry], bool]
) -> tuple[list[Entry], bool]:
    """At most `limit` fitting entries after `after`, oldest first, and whether there are more."""
    reading = _Reading(fits)
    async for entry in all_entries(store, sandbox_id, after):
        reading.take(entry)
        if len(reading.found) > limit:
            break
    else:
        reading.end()
    return reading.found[:limit], len(reading.found) > limit
