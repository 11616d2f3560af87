"""A task that got another plan brings another mark: nothing that a replica counted of it holds."""

from __future__ import annotations

import asyncio

from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.census import Census
from tests.support.engine import SetSystem
from tests.support.redis_store import opened_redis_store


def _task(ends_ms: int) -> Task:
    steps = (Step(0, "queued"), Step(ends_ms, "succeeded", 100.0), Step(1000, "expired"))
    plan = Plan(steps, "seed", known_ms=0, content_ms=0)
    return Task("t1", 1, "kie", "generate", "", "veo3", "", 0, plan, "http://h")


def test_a_task_that_got_another_plan_is_counted_anew(redis_url: str, key: str) -> None:
    async def counted() -> list[dict[tuple[str, str], int]]:
        async with opened_redis_store(redis_url, f"plans-{key}") as store:
            await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
            census, found = Census(store, SetSystem(0)), []
            for changes in (
                Changes(books=Books(1), tasks=(_task(10),)),
                Changes(tasks=(_task(0),), replans=True),
            ):
                snapshot = await store.load("sb")
                assert snapshot is not None
                assert await store.commit("sb", snapshot.version, changes)
                found.append(dict(await census.of("sb")))
            return found

    assert asyncio.run(counted()) == [{("kie", "queued"): 1}, {("kie", "succeeded"): 1}]
