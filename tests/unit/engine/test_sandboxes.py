"""Changing a sandbox: by the time that it is when its present state is known, not before."""

from __future__ import annotations

import asyncio

from mockserver.domain.clock import start_clock
from mockserver.domain.sandbox import Sandbox
from mockserver.engine.bell import Bell
from mockserver.engine.ports import Snapshot
from mockserver.engine.sandboxes import Defaults, Sandboxes
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem


class SlowStore(MemoryStore):
    """Takes a second for every load, by the clock that the test sets."""

    def __init__(self, system: SetSystem) -> None:
        super().__init__()
        self._system = system

    async def load(self, sandbox_id: str, task_id: str | None = None) -> Snapshot | None:
        self._system.now_ms += 1000
        return await super().load(sandbox_id, task_id)


def test_a_clock_that_is_slowed_down_over_a_slow_store_does_not_go_back() -> None:
    async def scenario() -> tuple[int, int]:
        system = SetSystem(now_ms=0)
        store = SlowStore(system)
        await store.create(Sandbox("sb", "seed", start_clock("real", 0, rate=60)))
        sandboxes = Sandboxes(store, system, Bell(), Defaults())
        before_ms = start_clock("real", 0, rate=60).at(1000)  # what another replica has shown
        clock = await sandboxes.set_clock("sb", lambda clock, ms: clock.with_rate(1, ms))
        return before_ms, clock.at(system.now_ms)

    before_ms, after_ms = asyncio.run(scenario())
    assert after_ms >= before_ms
