"""An archive is of one moment, as far as money and tasks go, although it is read in many turns."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.archive import Export, export
from mockserver.engine.paging import IN_ORDER, PAGE, ordered_deliveries
from mockserver.stores.memory import MemoryStore
from tests.support.loop_turns import LoopTurns

SANDBOX = Sandbox("sb", "seed", start_clock("manual", 0))
PLAN = Plan((Step(0, "queued"), Step(9, "expired")), "seed", known_ms=0, content_ms=0)
TASK = Task("t1", 1, "kie", "generate", "", "veo3", "", 0, PLAN, "http://h")


class Busy(MemoryStore):
    """Somebody submits a job whenever the callback log is read."""

    async def submit(self) -> None:
        found = await self.load("sb")
        assert found is not None
        ordinal = found.books.ordinal + 1
        task = replace(TASK, id=f"t{ordinal}", ordinal=ordinal)
        told = Delivery(f"{task.id}:end", task.id, "kie", "end", "http://h/c", 9, 9)
        changes = Changes(books=Books(ordinal), tasks=(task,), deliveries=(told,))
        assert await self.commit("sb", found.version, changes)

    async def some_deliveries(
        self, sandbox_id: str, cursor: int = 0
    ) -> tuple[tuple[Delivery, ...], int]:
        await self.submit()
        return await super().some_deliveries(sandbox_id, cursor)


def test_callbacks_of_later_jobs_are_sorted_out_in_several_turns() -> None:
    count = 2 * PAGE

    async def take_out() -> tuple[int, int, int]:
        store = Busy()
        assert await store.create(SANDBOX)
        for _ in range(count):
            await store.submit()
        with LoopTurns() as turns:
            await ordered_deliveries(store, "sb")
            await ordered_deliveries(store, "sb")
            read = turns.count // 2
            found = await export(store, "sb")
        return sum(map(len, found.deliveries)), turns.count - 2 * read, read

    kept, turns, read = asyncio.run(take_out())
    assert kept >= count
    assert turns >= read + count // IN_ORDER


def test_a_job_that_is_submitted_meanwhile_stays_behind_with_its_callback() -> None:
    async def take_out() -> tuple[Export, int]:
        store = Busy()
        assert await store.create(SANDBOX)
        await store.submit()
        return await export(store, "sb"), await store.task_count("sb")

    found, there = asyncio.run(take_out())
    assert there > 2
    assert found.archive.books.ordinal == 1
    assert [task.id for page in found.tasks for task in page] == ["t1"]
    assert [told.id for page in found.deliveries for told in page] == ["t1:end"]
