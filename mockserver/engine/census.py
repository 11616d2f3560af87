"""Counts tasks by provider and phase, without a look at each task every time.

Tasks are counted by blocks of ordinals. The result of a block is remembered until the first of its
tasks reaches its next step, a task is gone, or the block may have more tasks. So mostly only the
newest blocks are read again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.domain.job.plan import state_at
from mockserver.engine.notifier import Waiter
from mockserver.engine.ports import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mockserver.domain.job.task import Task
    from mockserver.engine.ports import Store, System

AT_ONCE = 256
NEVER_MS = 1 << 62
Counts = Counter[tuple[str, str]]  # provider, phase


class _Block(Struct, frozen=True, gc=False):
    """The result of a block when `ordinal` was the last that its sandbox had given out.

    It is valid from `from_ms` up to `until_ms`, if the block still has as many tasks.
    """

    size: int
    ordinal: int
    from_ms: int
    until_ms: int
    counts: dict[tuple[str, str], int]

    def holds(self, number: int, size: int, ordinal: int, now_ms: int) -> bool:
        """Whether the result is still valid."""
        is_full = self.ordinal >= (number + 1) * BLOCK - 1
        return (
            size == self.size
            and (is_full or ordinal == self.ordinal)
            and self.from_ms <= now_ms
            and now_ms < self.until_ms
        )


@dataclass(slots=True)
class _Known:
    """What is remembered of a sandbox; nothing is remembered under another mark."""

    mark: str
    blocks: dict[int, _Block] = field(default_factory=dict)


class Census:
    """Counts the tasks of every sandbox."""

    def __init__(self, store: Store, system: System) -> None:
        self._store = store
        self._system = system
        self._known: dict[str, _Known] = {}

    async def of(self, sandbox_id: str) -> Counts:
        """The tasks of a sandbox now. Between two blocks, other work has its turn.

        The order of the reads matters: tasks after the ordinal in the books are seen next time.
        """
        spread = await self._store.spread(sandbox_id)
        snapshot = await self._store.load(sandbox_id)
        if snapshot is None:
            return Counter()
        ordinal = snapshot.books.ordinal
        now_ms = snapshot.sandbox.clock.at(self._system.real_ms())
        known = self._known.get(sandbox_id)
        if known is None or known.mark != spread.mark:
            known = _Known(spread.mark)
        blocks: dict[int, _Block] = {}
        counts: Counts = Counter()
        for number, size in spread.sizes.items():
            block = known.blocks.get(number)
            if block is None or not block.holds(number, size, ordinal, now_ms):
                tasks = await self._store.tasks(sandbox_id, number * BLOCK - 1, BLOCK)
                own = [task for task in tasks if task.ordinal // BLOCK == number]
                block = await _counted(own, ordinal, now_ms)
            blocks[number] = block
            counts.update(block.counts)
        self._known[sandbox_id] = _Known(spread.mark, blocks)
        return counts

    def forget_others(self, sandbox_ids: Iterable[str]) -> None:
        """Forgets all sandboxes except these, which still exist."""
        self._known = {id_: self._known[id_] for id_ in sandbox_ids if id_ in self._known}


async def _counted(tasks: list[Task], ordinal: int, now_ms: int) -> _Block:
    """Counts a block at one moment, in turns of a millisecond."""
    counts: Counts = Counter()
    until_ms = NEVER_MS
    for at in range(0, len(tasks), AT_ONCE):
        some = tasks[at : at + AT_ONCE]
        counts.update((task.provider, state_at(task.plan, now_ms).phase) for task in some)
        coming = (step.at_ms for task in some for step in task.plan.steps if step.at_ms > now_ms)
        until_ms = min(until_ms, min(coming, default=NEVER_MS))
        await Waiter().rest(0)
    return _Block(len(tasks), ordinal, now_ms, until_ms, dict(counts))
