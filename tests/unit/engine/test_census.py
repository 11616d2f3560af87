"""The census says what a walk over all tasks says, and reads only blocks in which something moved."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from msgspec.structs import replace

from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.census import AT_ONCE, Census, Counts
from mockserver.engine.ports import BLOCK
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem
from tests.support.loop_turns import LoopTurns

SANDBOX = Sandbox("sb", "seed", start_clock("manual", 0))


def _task(ordinal: int, ends_ms: int = 10) -> Task:
    steps = (Step(0, "queued"), Step(ends_ms, "succeeded", 100.0), Step(1000, "expired"))
    plan = Plan(steps, "seed", known_ms=0, content_ms=0)
    return Task(f"t{ordinal}", ordinal, "kie", "generate", "", "veo3", "", 0, plan, "http://h")


class Watched(MemoryStore):
    """Notes which blocks are read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    async def tasks(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> tuple[Task, ...]:
        self.read.append((after + 1) // BLOCK)
        return await super().tasks(sandbox_id, after, limit)


class World:
    """A sandbox whose clock the test moves, and a census of it."""

    def __init__(self) -> None:
        self.store = Watched()
        self.census = Census(self.store, SetSystem(0))
        self.run(self.store.create(SANDBOX))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(work)

    def submit(self, *tasks: Task) -> None:
        self._commit(Changes(books=Books(tasks[-1].ordinal), tasks=tasks))

    def move(self, to_ms: int) -> None:
        self._commit(Changes(sandbox=replace(SANDBOX, clock=start_clock("manual", 0, to_ms))))

    def _commit(self, changes: Changes) -> None:
        found = self.run(self.store.load("sb"))
        assert self.run(self.store.commit("sb", found.version, changes))

    def counted(self) -> tuple[dict[str, int], list[int]]:
        """Tasks by phase, and the blocks that were read for it."""
        self.store.read.clear()
        counts: Counts = self.run(self.census.of("sb"))
        return {phase: count for (_, phase), count in counts.items()}, self.store.read


def test_a_task_that_got_another_plan_is_counted_anew() -> None:
    world = World()
    world.submit(_task(1), _task(2))
    assert world.counted()[0] == {"queued": 2}
    world._commit(Changes(tasks=(_task(1, 0),), replans=True))
    assert world.counted()[0] == {"queued": 1, "succeeded": 1}


def test_only_blocks_in_which_something_moved_are_read_again() -> None:
    world = World()
    world.submit(*(_task(n, 10 if n < 2 * BLOCK else 50) for n in range(1, 3 * BLOCK + 1)))
    assert world.counted() == ({"queued": 3 * BLOCK}, [0, 1, 2, 3])
    world.move(9)
    assert world.counted() == ({"queued": 3 * BLOCK}, [])
    world.move(10)
    ended = 2 * BLOCK - 1
    assert world.counted() == ({"succeeded": ended, "queued": BLOCK + 1}, [0, 1])
    world.submit(_task(3 * BLOCK + 1, 50))
    assert world.counted() == ({"succeeded": ended, "queued": BLOCK + 2}, [3])
    world.move(1000)
    assert world.counted() == ({"expired": 3 * BLOCK + 1}, [0, 1, 2, 3])


def test_one_that_came_for_one_that_went_is_counted() -> None:
    world = World()
    world.submit(_task(1), _task(2, 90))
    world.move(10)
    assert world.counted()[0] == {"succeeded": 1, "queued": 1}
    assert world.run(world.store.trim("sb", 10, 1)) == 1
    world.submit(_task(3, 90))
    assert world.counted()[0] == {"queued": 2}


def test_of_a_block_that_is_full_one_that_went_is_missed() -> None:
    world = World()
    world.submit(*(_task(n) for n in range(1, BLOCK + 1)))
    world.move(10)
    assert world.counted()[0] == {"succeeded": BLOCK}
    assert world.run(world.store.trim("sb", 10, BLOCK - 1)) == 1
    assert world.counted() == ({"succeeded": BLOCK - 1}, [0])


def test_tasks_of_a_sandbox_that_was_emptied_and_filled_as_before_are_counted_anew() -> None:
    world = World()
    world.submit(_task(1), _task(2))
    assert world.counted()[0] == {"queued": 2}
    world.run(world.store.clear("sb"))
    world.submit(_task(1, 0), _task(2))
    assert world.counted()[0] == {"succeeded": 1, "queued": 1}


def test_a_clock_that_stands_earlier_than_before_is_believed() -> None:
    world = World()
    world.submit(_task(1))
    world.move(1000)
    assert world.counted()[0] == {"expired": 1}
    world.move(5)
    assert world.counted()[0] == {"queued": 1}


def test_what_is_known_of_a_sandbox_goes_with_it() -> None:
    world = World()
    world.submit(_task(1))
    assert world.counted()[0] == {"queued": 1}
    world.census.forget_others(["sb"])
    assert world.counted() == ({"queued": 1}, [])
    world.census.forget_others([])
    assert world.counted() == ({"queued": 1}, [0])


def test_a_block_is_counted_in_several_turns() -> None:
    world = World()
    world.submit(*map(_task, range(1, BLOCK)))

    async def count() -> tuple[int, int]:
        with LoopTurns() as turns:
            return (await world.census.of("sb")).total(), turns.count

    tasks, turns = world.run(count())
    assert tasks == BLOCK - 1
    assert turns >= BLOCK // AT_ONCE
