"""What a shared store drops of a full sandbox: nothing whose callback is still to come."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.paging import all_deliveries
from tests.support.redis_store import opened_redis_store


def _task(ordinal: int, expires_ms: int) -> Task:
    steps = (Step(0, "queued"), Step(10, "succeeded"), Step(expires_ms, "expired"))
    plan = Plan(steps, "seed", 0, 0)
    return Task(f"t{ordinal}", ordinal, "kie", "create", "k", "m", "a cat", 0, plan, "http://h")


def test_a_task_goes_with_its_callbacks_once_none_is_to_come(redis_url: str) -> None:
    def delivery(task_id: str, due_ms: int | None) -> Delivery:
        return Delivery(f"{task_id}:end", task_id, "kie", "end", "http://h/c", 5, due_ms)

    async def scenario() -> list[list[str]]:
        async with opened_redis_store(redis_url, "trimmed") as store:
            await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
            to_come = [delivery(task_id, 9) for task_id in ("t1", "t2")]
            tasks = (_task(1, 20), _task(2, 99), _task(3, 99), _task(4, 99))
            log = (*to_come, delivery("t3", None))
            assert await store.commit("sb", 1, Changes(tasks=tasks, deliveries=log))
            found = []
            for due_ms in (9, None):
                for each in to_come:
                    await store.settle("sb", replace(each, due_ms=due_ms))
                await store.trim("sb", 20, 2)
                left = [each.id for each in await store.tasks("sb")]
                found.append(left + sorted([one.id for one in await all_deliveries(store, "sb")]))
        return found

    # t1 has expired, and t2 is the oldest that has ended
    assert asyncio.run(scenario()) == [["t1", "t2", "t1:end", "t2:end"], ["t2", "t2:end"]]
