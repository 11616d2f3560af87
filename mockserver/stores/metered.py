"""A store that counts what passes through it, for the metrics; used only where they are on.

Every exchange, delivery and fault is journalled, so the journal is the one place to count at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mockserver.domain.journal.journal import Contact, DeliveryTried, Exchange

if TYPE_CHECKING:
    from mockserver.domain.journal.journal import Draft, Entry
    from mockserver.engine.ports import Store


@dataclass(slots=True)
class Tallies:
    """Counts since the server's start, by labels."""

    requests: Counter[tuple[str, str, str]] = field(
        default_factory=Counter
    )  # provider, operation, status
    callbacks: Counter[tuple[str, str]] = field(default_factory=Counter)  # provider, state
    faults: Counter[str] = field(default_factory=Counter)  # name
    store_calls: Counter[str] = field(default_factory=Counter)  # method
    store_ns: Counter[str] = field(default_factory=Counter)  # method

    def take(self, entry: Entry) -> None:
        """Counts one journal entry."""
        if isinstance(entry, Exchange):
            self.requests[entry.provider, entry.operation, str(entry.status)] += 1
        elif isinstance(entry, DeliveryTried):
            self.callbacks[entry.provider, entry.state] += 1
        if isinstance(entry, Contact):
            for fault in entry.faults:
                self.faults[fault.fault] += fault.applied


class MeteredStore:
    """Passes every call on to `store`, counting and timing it with `now_ns`."""

    def __init__(self, store: Store, tallies: Tallies, now_ns: Callable[[], int]) -> None:
        self.kind = store.kind
        self.trim_every = store.trim_every
        self._store = store
        self._tallies = tallies
        self._now_ns = now_ns

    async def record(self, sandbox_id: str, draft: Draft) -> int:
        entry = draft.entry()
        self._tallies.take(entry)
        return await self._store.record(sandbox_id, entry)

    def recall(self, key: str) -> str | None:
        return self._store.recall(key)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = getattr(self._store, name)
        tallies, now_ns = self._tallies, self._now_ns

        async def timed(*arguments: Any, **named: Any) -> Any:
            started_ns = now_ns()
            try:
                return await method(*arguments, **named)
            finally:
                tallies.store_calls[name] += 1
                tallies.store_ns[name] += now_ns() - started_ns

        setattr(self, name, timed)  # the next call finds it at once
        return timed
