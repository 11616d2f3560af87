"""The memory store, with a note of what has changed since the last `take`.

The note holds the records themselves, which never change. So taking it costs nothing, and it shows
one moment. It grows with the changes and with the content of the file, not with time: a task or
sandbox that came and went in the meantime leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.stores.memory import MemoryStore

NEW = -1


@dataclass(slots=True)
class Touched:
    """What has changed in one sandbox; None in place of a task or delivery that is gone.

    `since` is the highest ordinal of a task that may have been written before; NEW if even the
    sandbox was not written. `wiped`: nothing of what was written before is left.
    """

    since: int
    wiped: bool = False
    sandbox: Sandbox | None = None
    books: Books | None = None
    keys: set[str] = field(default_factory=set)
    tasks: dict[int, Task | None] = field(default_factory=dict)
    deliveries: dict[str, Delivery | None] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)

    def note(self, changes: Changes) -> None:
        """Notes these changes."""
        if changes.sandbox is not None:
            self.sandbox = changes.sandbox
        if changes.books is not None:
            self.books = changes.books
        for task in changes.tasks:
            self.tasks[task.ordinal] = task
        for delivery in changes.deliveries:
            self.deliveries[delivery.id] = delivery
        if changes.counters:
            self.counters.update(changes.counters)

    def drop(self, task: Task, delivery_ids: tuple[str, ...]) -> None:
        """Notes that a task is gone, and its callbacks with it."""
        if task.ordinal > self.since:
            self.tasks.pop(task.ordinal, None)
            for delivery_id in delivery_ids:
                self.deliveries.pop(delivery_id, None)
        else:
            self.tasks[task.ordinal] = None
            self.deliveries.update(dict.fromkeys(delivery_ids))

    def then(self, later: Touched) -> None:
        """Adds a later note."""
        self.sandbox = later.sandbox or self.sandbox
        self.books = later.books or self.books
        self.keys |= later.keys
        self.tasks.update(later.tasks)
        self.deliveries.update(later.deliveries)
        self.counters.update(later.counters)


Changed = dict[str, Touched]


class KeptStore(MemoryStore):
    """A memory store whose changes are written to a file; `take` says what to write."""

    def __init__(self) -> None:
        super().__init__()
        self._changed: Changed = {}

    def take(self) -> Changed:
        """What has changed since the last time, by sandbox; it belongs to the caller now."""
        taken, self._changed = self._changed, {}
        return taken

    def put_back(self, taken: Changed) -> None:
        """Puts back what could not be written, together with later changes."""
        for sandbox_id, later in self._changed.items():
            earlier = taken.get(sandbox_id)
            if earlier is None:
                taken[sandbox_id] = later
            elif not later.wiped:
                earlier.then(later)
            elif earlier.since != NEW:
                taken[sandbox_id] = later
            elif later.sandbox is None:
                del taken[sandbox_id]
            else:
                taken[sandbox_id] = later
                later.since = NEW
        self._changed = taken

    def _touched(self, sandbox_id: str) -> Touched | None:
        """The note of a sandbox; None if there is no such sandbox. Call it before a change."""
        cell = self._cells.get(sandbox_id)
        if cell is None:
            return None
        touched = self._changed.get(sandbox_id)
        if touched is None:
            touched = self._changed[sandbox_id] = Touched(cell.tasks.last)
        return touched

    async def create(self, sandbox: Sandbox) -> bool:
        done = await super().create(sandbox)
        if done:
            touched = self._changed.setdefault(sandbox.id, Touched(NEW))
            touched.sandbox, touched.books = sandbox, Books()
        return done

    async def bind(self, key: str, sandbox_id: str) -> bool:
        done, touched = await super().bind(key, sandbox_id), self._touched(sandbox_id)
        if done and touched is not None:
            touched.keys.add(key)
        return done

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        touched = self._touched(sandbox_id)
        done = await super().commit(sandbox_id, version, changes)
        if done and touched is not None:
            touched.note(changes)
        return done

    async def delete(self, sandbox_id: str) -> bool:
        touched = self._touched(sandbox_id)
        done = await super().delete(sandbox_id)
        if done and touched is not None:
            if touched.since == NEW:
                del self._changed[sandbox_id]
            else:
                self._changed[sandbox_id] = Touched(0, wiped=True)
        return done

    async def clear(self, sandbox_id: str) -> None:
        touched = self._touched(sandbox_id)
        await super().clear(sandbox_id)
        if touched is not None:
            cell = self._cells[sandbox_id]
            since = min(touched.since, 0)
            fresh = Touched(since, True, cell.sandbox, cell.books, set(cell.keys))
            self._changed[sandbox_id] = fresh

    async def trim(self, sandbox_id: str, now_ms: int, limit: int) -> int:
        touched = self._touched(sandbox_id)
        gone = self._trimmed(sandbox_id, now_ms, limit)
        if touched is not None:
            for task, delivery_ids in gone:
                touched.drop(task, delivery_ids)
        return len(gone)

    async def count(self, sandbox_id: str, counter: str) -> int:
        value, touched = await super().count(sandbox_id, counter), self._touched(sandbox_id)
        if touched is not None:
            touched.counters[counter] = value
        return value

    async def set_once(self, sandbox_id: str, counter: str, value: int) -> int:
        set_, touched = (
            await super().set_once(sandbox_id, counter, value),
            self._touched(sandbox_id),
        )
        if touched is not None:
            touched.counters[counter] = set_
        return set_

    async def settle(self, sandbox_id: str, delivery: Delivery) -> None:
        touched = self._touched(sandbox_id)
        await super().settle(sandbox_id, delivery)
        if touched is not None:
            touched.deliveries[delivery.id] = delivery
