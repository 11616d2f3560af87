"""A store that counts what passes through it, for the metrics; used only if they are on.

Every exchange, delivery and fault is written to the journal, so everything is counted there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from mockserver.domain.journal.journal import Closed, Contact, DeliveryTried, Exchange, Sent

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mockserver.domain.journal.journal import Draft, Entry
    from mockserver.engine.ports import Store

REMEMBERED = 100_000  # calls whose reply is being sent, and rules that applied
NOTHING_SENT = "none"

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


@dataclass(slots=True)
class Tallies:
    """Counts since the server's start, by labels.

    A reply that takes time counts when it has ended, with the status that was sent.
    """

    requests: Counter[tuple[str, str, str]] = field(
        default_factory=Counter
    )  # provider, operation, status
    callbacks: Counter[tuple[str, str]] = field(default_factory=Counter)  # provider, state
    faults_applied: Counter[str] = field(default_factory=Counter)  # name
    faults_struck: Counter[str] = field(default_factory=Counter)  # name
    store_calls: Counter[str] = field(default_factory=Counter)  # method
    store_ns: Counter[str] = field(default_factory=Counter)  # method
    _under_way: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    _fault_of: dict[tuple[str, str], str] = field(default_factory=dict)  # of sandbox and rule

    def take(self, sandbox_id: str, seq: int, entry: Entry) -> None:
        """Counts one journal entry with this number."""
        match entry:
            case Exchange(provider=provider, operation=operation, status=status):
                if entry.pending:
                    _remember(self._under_way, (sandbox_id, seq), (provider, operation))
                else:
                    self.requests[provider, operation, str(status)] += 1
            case DeliveryTried(provider=provider, state=state):
                self.callbacks[provider, state] += 1
            case Sent(of=of, performed=done, struck=struck):
                if labels := self._under_way.pop((sandbox_id, of), None):
                    self.requests[*labels, str(done.status or NOTHING_SENT)] += 1
                self._strike(sandbox_id, struck)
            case Closed(struck=struck):
                self._strike(sandbox_id, struck)
        if isinstance(entry, Contact):
            for fault in entry.faults:
                self.faults_applied[fault.fault] += fault.applied
                self.faults_struck[fault.fault] += fault.struck
                _remember(self._fault_of, (sandbox_id, fault.rule), fault.fault)

    def _strike(self, sandbox_id: str, rules: tuple[str, ...]) -> None:
        for rule in rules:
            if fault := self._fault_of.get((sandbox_id, rule)):
                self.faults_struck[fault] += 1


def _remember(memory: dict[K, V], key: K, value: V) -> None:
    """Notes something, and forgets the oldest of too many."""
    memory[key] = value
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]


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
        seq = await self._store.record(sandbox_id, entry)
        self._tallies.take(sandbox_id, seq, entry)
        return seq

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
