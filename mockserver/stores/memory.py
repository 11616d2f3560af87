"""The default store: everything is in this process, and ends with it.

No method waits for anything, so each runs as a whole. A commit can lose only to another one between
its `load` and its `commit`. The cost is constant, except lists, `trim` (one slice of the tasks) and
`claim` (logarithmic in pending deliveries). What `clear` and `delete` leave is freed step by step.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct, field

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Draft, Page
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes, Snapshot
from mockserver.engine.ports import Pending, Presence, Spread
from mockserver.stores.bin import Bin
from mockserver.stores.ring import Ring
from mockserver.stores.sharded import AT_ONCE, PARTS, Sharded
from mockserver.stores.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CREATION = "*"  # takes the place of a task for calls that submit a job
MOST_LEFT, FORGOTTEN_REAL_MS = 64, 10_000


class _Ids(Struct, frozen=True, gc=False):
    """Ids of deliveries. The collector walks a dict of bare tuples, but not a dict of these."""

    ids: tuple[str, ...]


class _Cell(Struct, gc=False):
    """One sandbox with everything that belongs to it."""

    sandbox: Sandbox
    mark: str
    version: int = 1
    books: Books = field(default_factory=Books)
    tasks: Shelf = field(default_factory=Shelf)
    keys: dict[str, None] = field(default_factory=dict)  # which the collector does not walk
    journal: Ring = field(default_factory=Ring)
    counters: dict[str, int] = field(default_factory=dict)
    deliveries: Sharded[Delivery] = field(default_factory=Sharded)
    log: Sharded[_Ids] = field(default_factory=Sharded)  # task id -> its deliveries
    claimed: dict[str, None] = field(default_factory=dict)  # tasks with an attempt under way
    due: list[tuple[int, str]] = field(default_factory=list)  # heap, may hold outdated entries
    visits: dict[str, bool] = field(default_factory=dict)  # open exchanges; whether they create
    left: dict[str, int] = field(default_factory=dict)  # task id -> when a call about it ended

    def push(self, delivery: Delivery) -> None:
        if delivery.id not in self.deliveries:
            known = self.log.get(delivery.task_id)
            self.log[delivery.task_id] = _Ids((*(known.ids if known else ()), delivery.id))
        self.deliveries[delivery.id] = delivery
        if delivery.due_ms is not None:
            heapq.heappush(self.due, (delivery.due_ms, delivery.id))

    def awaits_callback(self, task_id: str) -> bool:
        """Whether a callback of a task is still to come."""
        known = self.log.get(task_id)
        return known is not None and any(
            self.deliveries[delivery_id].due_ms is not None for delivery_id in known.ids
        )

    def drop_deliveries(self, task_id: str) -> tuple[str, ...]:
        """Forgets the callbacks of a task that is dropped; returns which."""
        known = self.log.pop(task_id)
        if known is None:
            return ()
        for delivery_id in known.ids:
            del self.deliveries[delivery_id]
        return known.ids

    def drop_outdated(self) -> None:
        """Takes from the top of the heap what is due at another time by now, or not at all."""
        while self.due and not self.is_current(*self.due[0]):
            heapq.heappop(self.due)

    def is_current(self, due_ms: int, delivery_id: str) -> bool:
        delivery = self.deliveries.get(delivery_id)
        return delivery is not None and delivery.due_ms == due_ms

    def is_free(self, item: tuple[int, str]) -> bool:
        return self.deliveries[item[1]].task_id not in self.claimed

    def drained(self) -> Iterator[None]:
        """Frees what may be much, a number at a time, of a cell that is not used any more."""
        yield from self.tasks.drained()
        yield from self.log.drained()
        yield from self.deliveries.drained()
        yield from self.journal.drained()
        while self.due:
            del self.due[-AT_ONCE:]
            yield


class MemoryStore:
    """Implements `engine.ports.Store`."""

    kind = "memory"
    trim_every = 100  # creations: one search looks at one slice of the tasks

    def __init__(self) -> None:
        self._cells: dict[str, _Cell] = {}
        self._keys: dict[str, str] = {}
        self._pending: set[str] = set()
        self._bin = Bin()
        self._marks = count(1)
        self._told: Callable[[str], None] | None = None

    def hear(self, told: Callable[[str], None] | None) -> None:
        """From now on `told` is called with the sandbox of each journal entry; None: nobody is."""
        self._told = told

    def _new_mark(self) -> str:
        return str(next(self._marks))

    async def create(self, sandbox: Sandbox) -> bool:
        if sandbox.id in self._cells:
            return False
        self._cells[sandbox.id] = _Cell(sandbox, self._new_mark())
        return True

    async def bind(self, key: str, sandbox_id: str) -> bool:
        cell = self._cells.get(sandbox_id)
        if cell is None or self._keys.setdefault(key, sandbox_id) != sandbox_id:
            return False
        cell.keys[key] = None
        return True

    async def resolve(self, key: str) -> str | None:
        return self._keys.get(key)

    def recall(self, key: str) -> str | None:
        return self._keys.get(key)

    async def keys_of(self, sandbox_id: str) -> tuple[str, ...]:
        cell = self._cells.get(sandbox_id)
        return tuple(sorted(cell.keys)) if cell else ()

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        cell = self._cells.get(sandbox_id)
        if cell is None or (key and self._keys.get(key) != sandbox_id):
            return None
        task = cell.tasks.by_id.get(task_id)
        return Snapshot(cell.version, cell.sandbox, cell.books, task, task_id)

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        cell = self._cells.get(sandbox_id)
        if cell is None or cell.version != version:
            return False
        cell.version += 1
        if changes.sandbox is not None:
            cell.sandbox = changes.sandbox
        if changes.books is not None:
            cell.books = changes.books
        for task in changes.tasks:
            cell.tasks.keep(task)
        if changes.replans:
            cell.mark = self._new_mark()
            cell.tasks.look_again()
        if changes.counters:
            cell.counters.update(changes.counters)
        for delivery in changes.deliveries:
            cell.push(delivery)
            self._pending.add(sandbox_id)
        return True

    async def delete(self, sandbox_id: str) -> bool:
        cell = self._cells.pop(sandbox_id, None)
        if cell is None:
            return False
        for key in cell.keys:
            del self._keys[key]
        self._pending.discard(sandbox_id)
        self._bin.put(cell.drained())
        return True

    async def clear(self, sandbox_id: str) -> None:
        cell = self._cells.get(sandbox_id)
        if cell is not None:
            fresh = _Cell(cell.sandbox, self._new_mark(), cell.version + 1, keys=cell.keys)
            self._cells[sandbox_id] = fresh
            self._bin.put(cell.drained())
            self._pending.discard(sandbox_id)

    async def sandbox_ids(self) -> tuple[str, ...]:
        return tuple(self._cells)

    async def tasks(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> tuple[Task, ...]:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return ()
        return tuple(cell.tasks.page(after, limit))

    async def task_count(self, *sandbox_ids: str) -> int:
        cells = (self._cells.get(sandbox_id) for sandbox_id in sandbox_ids)
        return sum(len(cell.tasks) for cell in cells if cell is not None)

    async def spread(self, sandbox_id: str) -> Spread:
        cell = self._cells.get(sandbox_id)
        return Spread(cell.mark, cell.tasks.sizes()) if cell else Spread("", {})

    async def trim(self, sandbox_id: str, now_ms: int, limit: int) -> int:
        return len(self._trimmed(sandbox_id, now_ms, limit))

    def _trimmed(
        self, sandbox_id: str, now_ms: int, limit: int
    ) -> list[tuple[Task, tuple[str, ...]]]:
        """The tasks that `trim` drops, each with the ids of its callbacks that go with it."""
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return []
        gone = cell.tasks.trim(now_ms, limit, cell.awaits_callback)
        return [(task, cell.drop_deliveries(task.id)) for task in gone]

    async def record(self, sandbox_id: str, draft: Draft) -> int:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return 0
        seq = cell.journal.append(draft)
        if self._told is not None:
            self._told(sandbox_id)
        return seq

    async def journal(
        self, sandbox_id: str, after: int = 0, limit: int = 1000, *, brief: bool = False
    ) -> Page:
        cell = self._cells.get(sandbox_id)
        return cell.journal.page(after, limit, brief) if cell else Page((), 0, 0)

    async def clear_journal(self, sandbox_id: str) -> None:
        cell = self._cells.get(sandbox_id)
        if cell is not None:
            cell.journal.clear()

    async def count(self, sandbox_id: str, counter: str) -> int:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return 0
        cell.counters[counter] = cell.counters.get(counter, 0) + 1
        return cell.counters[counter]

    async def set_once(self, sandbox_id: str, counter: str, value: int) -> int:
        cell = self._cells.get(sandbox_id)
        return value if cell is None else cell.counters.setdefault(counter, value)

    async def counters(self, sandbox_id: str, prefix: str = "") -> dict[str, int]:
        cell = self._cells.get(sandbox_id)
        found = cell.counters.items() if cell else ()
        return {name: value for name, value in found if name.startswith(prefix)}

    async def some_deliveries(
        self, sandbox_id: str, cursor: int = 0
    ) -> tuple[tuple[Delivery, ...], int]:
        cell = self._cells.get(sandbox_id)
        return (cell.deliveries.part(cursor), (cursor + 1) % PARTS) if cell else ((), 0)

    async def next_due_ms(self, sandbox_id: str) -> int | None:
        found = self._next_due(sandbox_id)
        return found[0] if found else None

    async def next_due_task(self, sandbox_id: str) -> str:
        found = self._next_due(sandbox_id)
        return self._cells[sandbox_id].deliveries[found[1]].task_id if found else ""

    def _next_due(self, sandbox_id: str) -> tuple[int, str] | None:
        """When the next unclaimed delivery is due, and which one it is."""
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return None
        cell.drop_outdated()
        if not cell.due:
            return None
        if cell.is_free(cell.due[0]):  # the top of the heap is the earliest
            return cell.due[0]
        current = (item for item in cell.due if cell.is_current(*item))
        return min((item for item in current if cell.is_free(item)), default=None)

    async def enter(self, sandbox_id: str, visit: str, creating: bool) -> None:
        cell = self._cells.get(sandbox_id)
        if cell is not None:
            cell.visits[visit] = creating

    async def leave(
        self, sandbox_id: str, visit: str, task_id: str, creating: bool, real_ms: int
    ) -> None:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return
        cell.visits.pop(visit, None)
        cell.left[task_id] = real_ms
        if creating:
            cell.left[CREATION] = real_ms
        if len(cell.left) > MOST_LEFT:
            since_ms = real_ms - FORGOTTEN_REAL_MS
            cell.left = {name: ms for name, ms in cell.left.items() if ms > since_ms}

    async def presence(self, sandbox_id: str, task_id: str) -> Presence:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return Presence()
        creating = sum(cell.visits.values())
        ended_ms, created_ms = cell.left.get(task_id, 0), cell.left.get(CREATION, 0)
        return Presence(len(cell.visits), creating, ended_ms, created_ms)

    async def claim(self, sandbox_id: str, now_ms: int, limit: int) -> tuple[Delivery, ...]:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return ()
        claimed: list[Delivery] = []
        passed_over: list[tuple[int, str]] = []
        while cell.due and cell.due[0][0] <= now_ms and len(claimed) < limit:
            item = heapq.heappop(cell.due)
            if not cell.is_current(*item):
                continue
            delivery = cell.deliveries[item[1]]
            if delivery.task_id in cell.claimed:
                passed_over.append(item)
            else:
                cell.claimed[delivery.task_id] = None
                claimed.append(delivery)
        for item in passed_over:
            heapq.heappush(cell.due, item)
        return tuple(claimed)

    async def claims(self, sandbox_id: str) -> int:
        cell = self._cells.get(sandbox_id)
        return len(cell.claimed) if cell else 0

    async def settle(self, sandbox_id: str, delivery: Delivery) -> None:
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return
        cell.claimed.pop(delivery.task_id, None)
        cell.push(delivery)
        cell.drop_outdated()
        if cell.due or cell.claimed:
            self._pending.add(sandbox_id)
        else:
            self._pending.discard(sandbox_id)

    async def pending(self) -> tuple[Pending, ...]:
        due = [(sandbox_id, await self.next_due_ms(sandbox_id)) for sandbox_id in self._pending]
        return tuple(
            Pending(sandbox_id, self._cells[sandbox_id].sandbox.clock, due_ms)
            for sandbox_id, due_ms in due
            if due_ms is not None
        )
