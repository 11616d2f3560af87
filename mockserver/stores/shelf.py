"""The tasks of one sandbox in the order of ordinals; no call looks at more than a slice of them.

The collector walks nothing of what it holds: dicts of untracked records, and an array. Two hundred
thousand tasks in a list would take tens of milliseconds in each full round. No dict has more than
some thousands of tasks, because a dict that grows is copied in one turn.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from msgspec import Struct, field

from mockserver.domain.job.plan import Plan, expires_ms, outcome_step
from mockserver.domain.job.task import Task
from mockserver.engine.ports import BLOCK
from mockserver.stores.sharded import Sharded

NEVER_MS = 1 << 62
SLICE = 250  # tasks in one search for expired or ended ones
IsAwaited = Callable[[str], bool]


class _Walk(Struct, gc=False):
    """Goes through the tasks slice by slice; starts again when a task it has passed can be dropped."""

    when_ms: Callable[[Plan], int]
    after: int = 0
    wake_ms: int = NEVER_MS  # no task that it has passed can be dropped before this time
    done: bool = True  # nothing is left in this round

    def step(self, shelf: Shelf, now_ms: int, most: int, is_awaited: IsAwaited) -> list[Task]:
        """The tasks of the next slice that can be dropped now, at most a number, oldest first."""
        if self.done and self.wake_ms <= now_ms:
            self.after, self.wake_ms = 0, NEVER_MS
        gone: list[Task] = []
        page = shelf.page(self.after, SLICE)
        self.done = len(page) < SLICE
        for task in page:
            at_ms = self.when_ms(task.plan)
            if at_ms > now_ms:
                self.wake_ms = min(self.wake_ms, at_ms)
            elif is_awaited(task.id):
                self.wake_ms = now_ms
            elif len(gone) == most:
                self.wake_ms, self.done = at_ms, True
                break
            else:
                gone.append(task)
            self.after = task.ordinal
        return gone


def _ends_ms(plan: Plan) -> int:
    step = outcome_step(plan)
    return NEVER_MS if step is None else step.at_ms


class Shelf(Struct, gc=False):
    """Tasks by id, and by ordinal in blocks."""

    by_id: Sharded[Task] = field(default_factory=Sharded)
    _blocks: dict[int, dict[int, Task]] = field(default_factory=dict)
    _ordinals: array[int] = field(default_factory=lambda: array("q"))
    _expired: _Walk = field(default_factory=lambda: _Walk(expires_ms))
    _ended: _Walk = field(default_factory=lambda: _Walk(_ends_ms))

    def __len__(self) -> int:
        return len(self._ordinals)

    @property
    def last(self) -> int:
        """The highest ordinal; 0 if there is no task."""
        return self._ordinals[-1] if self._ordinals else 0

    def keep(self, task: Task) -> None:
        """Adds a task, or replaces its earlier version."""
        self.by_id[task.id] = task
        block = self._blocks.setdefault(task.ordinal // BLOCK, {})
        known = task.ordinal in block
        block[task.ordinal] = task
        if known:
            return
        ordinals = self._ordinals
        if ordinals and task.ordinal < ordinals[-1]:  # brought back out of order
            ordinals.insert(bisect_left(ordinals, task.ordinal), task.ordinal)
            self._expired.after = self._ended.after = 0
        else:
            ordinals.append(task.ordinal)

    def look_again(self) -> None:
        """Tasks that the rounds have passed may end earlier now."""
        self._expired = _Walk(expires_ms, wake_ms=0)
        self._ended = _Walk(_ends_ms, wake_ms=0)

    def page(self, after: int, limit: int) -> list[Task]:
        """Tasks with an ordinal above `after`, in the order of ordinals."""
        start = bisect_right(self._ordinals, after)
        blocks = self._blocks
        return [blocks[n // BLOCK][n] for n in self._ordinals[start : start + limit]]

    def sizes(self) -> dict[int, int]:
        """How many tasks each block has, in the order of ordinals."""
        return {number: len(self._blocks[number]) for number in sorted(self._blocks)}

    def trim(self, now_ms: int, limit: int, is_awaited: IsAwaited) -> list[Task]:
        """Takes out expired tasks, then the oldest ended ones above `limit`, in one slice.

        A task of which something is still awaited stays.
        """
        gone = self._taken(self._expired.step(self, now_ms, SLICE, is_awaited))
        if len(self) > limit:
            gone += self._taken(self._ended.step(self, now_ms, len(self) - limit, is_awaited))
        return gone

    def _taken(self, tasks: list[Task]) -> list[Task]:
        if not tasks:
            return tasks
        for task in tasks:
            number = task.ordinal // BLOCK
            block = self._blocks[number]
            del self.by_id[task.id], block[task.ordinal]
            if not block:
                del self._blocks[number]
        first = bisect_left(self._ordinals, tasks[0].ordinal)
        beyond = bisect_right(self._ordinals, tasks[-1].ordinal)
        gone = {task.ordinal for task in tasks}
        kept = [n for n in self._ordinals[first:beyond] if n not in gone]
        self._ordinals[first:beyond] = array("q", kept)
        return tasks

    def drained(self) -> Iterator[None]:
        """Frees every task of a shelf that is not used any more, block by block."""
        while self._blocks:
            self._blocks.popitem()
            yield
        yield from self.by_id.drained()
