"""What a listener is told of the phases of jobs, and what it waits for next."""

from __future__ import annotations

import asyncio

from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.event import Event
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.trail import Trail
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem

STEPS = (Step(50, "queued"), Step(100, "running"), Step(900, "succeeded"))
PLAN = Plan(STEPS, "seed", known_ms=0, content_ms=900)
TASK = Task("t1", 1, "kie", "generate", "", "veo3", "", 0, PLAN, "http://h")


async def trail_of(after: int, now_ms: int) -> Trail:
    """A trail in a sandbox with one job, whose one entry came just when it began to run."""
    store = MemoryStore()
    await store.create(Sandbox("sb", "seed", start_clock("real", 0)))
    assert await store.commit("sb", 1, Changes(tasks=(TASK,)))
    await store.record("sb", Exchange(100, 100))
    return Trail(store, SetSystem(now_ms), {}, "sb", after)


async def news(trail: Trail) -> list[Event]:
    return [event async for events in trail.news() for event in events]


async def told(trail: Trail, *, resumed: bool) -> list[int]:
    """The moments of the phases that it tells now."""
    await trail.begin(resumed=resumed)
    return [event.virtual_ms for event in await news(trail) if event.kind == "phase"]


def test_who_resumes_behind_an_entry_hears_of_no_phase_before_its_moment() -> None:
    async def resumed(after: int) -> list[int]:
        return await told(await trail_of(after, 150), resumed=True)

    assert asyncio.run(resumed(1)) == [100], "nobody knows whether this one was told"
    assert asyncio.run(resumed(0)) == [50, 100]


def test_the_next_phase_of_a_job_is_waited_for_not_its_last() -> None:
    async def waits_ms() -> tuple[float | None, float | None]:
        trail = await trail_of(1, 60)
        await told(trail, resumed=False)
        late = await trail_of(1, 900)
        await told(late, resumed=False)
        return trail.wait_ms(), late.wait_ms()

    assert asyncio.run(waits_ms()) == (40, None)


def test_a_call_that_came_right_after_a_reset_is_told_with_it() -> None:
    async def heard() -> list[tuple[str, int]]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("real", 0)))
        for now_ms in (100, 200):
            await store.record("sb", Exchange(now_ms, now_ms))
        trail = Trail(store, SetSystem(300), {}, "sb", 2)
        await trail.begin(resumed=False)
        await store.clear("sb")
        await store.record("sb", Exchange(300, 300))
        return [(event.kind, event.seq) for event in await news(trail)]

    assert asyncio.run(heard()) == [("missed", 0), ("exchange", 1)]
