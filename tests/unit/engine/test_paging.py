"""Long lists are walked in pages: others have their turn in between, and there is an end."""

from __future__ import annotations

import asyncio

from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Exchange, Page
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.paging import PAGE, all_entries, all_tasks
from mockserver.stores.memory import MemoryStore

PLAN = Plan((Step(0, "queued"), Step(9, "expired")), "seed", known_ms=0, content_ms=0)
SANDBOX = Sandbox("sb", "seed", start_clock("manual", 0))


def _task(ordinal: int) -> Task:
    return Task(f"t{ordinal}", ordinal, "kie", "generate", "", "veo3", "", 0, PLAN, "http://h")


def test_others_have_their_turn_between_two_pages_of_tasks() -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            turn = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(turn.set_result, None)
            await turn

    async def walk() -> list[int]:
        store = MemoryStore()
        await store.create(SANDBOX)
        for ordinal in range(1, 2 * PAGE + 2):
            assert await store.commit("sb", ordinal, Changes(tasks=(_task(ordinal),)))
        counting = asyncio.ensure_future(count_turns())
        found = [task.ordinal async for task in all_tasks(store, "sb")]
        counting.cancel()
        return found

    assert asyncio.run(walk()) == list(range(1, 2 * PAGE + 2))
    assert turns >= 2


class Busy(MemoryStore):
    """Somebody calls whenever somebody looks."""

    looks = 0

    async def journal(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> Page:
        self.looks += 1
        assert self.looks < 10, "a walk without an end"
        await self.record(sandbox_id, Exchange(1, 2))
        return await super().journal(sandbox_id, after, limit)


def test_a_walk_through_a_journal_that_is_written_to_comes_to_its_end() -> None:
    async def walk() -> list[int]:
        store = Busy()
        await store.create(SANDBOX)
        for _ in range(PAGE):
            await store.record("sb", Exchange(1, 2))
        return [entry.seq async for entry in all_entries(store, "sb")]

    assert asyncio.run(walk()) == list(range(1, PAGE + 3))
