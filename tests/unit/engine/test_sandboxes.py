"""Changing sandboxes, by the time that it is then, and letting go of those that nobody uses."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Iterable

from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Snapshot
from mockserver.domain.time.clock import start_clock
from mockserver.engine.notifier import Notifier, Waiter
from mockserver.engine.sandboxes import (
    EVICTED_AT_ONCE,
    IDLE_REAL_MS,
    LOOKED_AT_IN_A_TURN,
    MAX_OPEN_SANDBOXES,
    RECHECK_REAL_MS,
    Defaults,
    Sandboxes,
)
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
        sandboxes = Sandboxes(store, system, Notifier(), Defaults())
        before_ms = start_clock("real", 0, rate=60).at(1000)  # what another replica has shown
        clock = await sandboxes.set_clock("sb", lambda clock, ms: clock.with_rate(1, ms))
        return before_ms, clock.at(system.now_ms)

    before_ms, after_ms = asyncio.run(scenario())
    assert after_ms >= before_ms


def _of(store: MemoryStore, system: SetSystem, recheck_real_ms: int | None = None) -> Sandboxes:
    return Sandboxes(store, system, Notifier(), Defaults(clock_mode="manual"), recheck_real_ms)


async def _open(sandboxes: Sandboxes, keys: Iterable[int]) -> None:
    for number in keys:
        await sandboxes.identify(f"sk-{number}", f"{number:012x}")


def test_the_least_recently_used_sandbox_goes_when_there_are_too_many() -> None:
    async def scenario() -> None:
        store, system = MemoryStore(), SetSystem(0)
        sandboxes = _of(store, system)
        await _open(sandboxes, range(MAX_OPEN_SANDBOXES))
        system.now_ms += 1
        await _open(sandboxes, [0])
        await _open(sandboxes, [MAX_OPEN_SANDBOXES])
        assert len(await store.sandbox_ids()) == MAX_OPEN_SANDBOXES
        assert await store.resolve(f"{0:012x}") is not None
        assert await store.resolve(f"{1:012x}") is None
        assert sandboxes.evicted == 1

    asyncio.run(scenario())


def test_a_replica_drops_no_sandbox_that_others_may_be_using() -> None:
    async def scenario() -> None:
        store, system = MemoryStore(), SetSystem(0)
        here = _of(store, system, RECHECK_REAL_MS)
        await _open(here, range(MAX_OPEN_SANDBOXES))
        system.now_ms += 2 * IDLE_REAL_MS  # unused here, and in constant use at another replica
        await _open(here, [MAX_OPEN_SANDBOXES])
        assert len(await store.sandbox_ids()) == MAX_OPEN_SANDBOXES + 1
        assert here.evicted == 0
        assert len(here.last_used_real_ms) <= MAX_OPEN_SANDBOXES

    asyncio.run(scenario())


class CountingStore(MemoryStore):
    """Counts how often a sandbox is loaded."""

    loads = 0

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        self.loads += 1
        return await super().load(sandbox_id, task_id, key)


async def _steps_of(work: Awaitable[None]) -> int:
    """How many functions are called, which is the same on a fast machine and on a busy one."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        await work
    finally:
        sys.setprofile(None)
    return calls


def test_a_new_key_costs_no_look_at_all_the_sandboxes_that_there_are() -> None:
    async def scenario() -> None:
        store, system = CountingStore(), SetSystem(0)
        sandboxes = _of(store, system)
        await _open(sandboxes, range(MAX_OPEN_SANDBOXES))
        store.loads = 0
        steps = await _steps_of(_open(sandboxes, [MAX_OPEN_SANDBOXES]))
        assert sandboxes.evicted == 1
        assert store.loads <= 2
        assert steps < 1000

    asyncio.run(scenario())


def test_of_thousands_of_idle_sandboxes_each_new_key_lets_go_of_some() -> None:
    async def scenario() -> None:
        store, system = MemoryStore(), SetSystem(0)
        sandboxes = _of(store, system)
        await _open(sandboxes, range(MAX_OPEN_SANDBOXES))
        system.now_ms += IDLE_REAL_MS
        steps = await _steps_of(_open(sandboxes, [MAX_OPEN_SANDBOXES]))
        assert sandboxes.evicted == EVICTED_AT_ONCE
        assert steps < EVICTED_AT_ONCE * 50
        await _open(sandboxes, range(MAX_OPEN_SANDBOXES + 1, MAX_OPEN_SANDBOXES + 2))
        assert len(await store.sandbox_ids()) == MAX_OPEN_SANDBOXES - EVICTED_AT_ONCE + 2

    asyncio.run(scenario())


def test_others_have_their_turn_while_thousands_of_sandboxes_that_stay_are_looked_at() -> None:
    async def scenario() -> None:
        store, system = MemoryStore(), SetSystem(0)
        sandboxes = _of(store, system)
        for number in range(MAX_OPEN_SANDBOXES):
            await sandboxes.create(sandboxes.fresh(f"mine-{number}"), ())
        opening = asyncio.ensure_future(_open(sandboxes, [0]))
        turns = 0
        while not opening.done():
            turns += 1
            await Waiter().rest(0)
        assert turns > MAX_OPEN_SANDBOXES // LOOKED_AT_IN_A_TURN

    asyncio.run(scenario())


def test_sandboxes_that_somebody_asked_for_stay_and_are_not_looked_at_for_every_new_key() -> None:
    async def scenario() -> None:
        store, system = CountingStore(), SetSystem(0)
        sandboxes = _of(store, system)
        asked_for = MAX_OPEN_SANDBOXES - 2
        for number in range(asked_for):
            await sandboxes.create(sandboxes.fresh(f"mine-{number}"), ())
        await _open(sandboxes, range(3))
        store.loads = 0
        await _open(sandboxes, range(3, 5))
        assert store.loads <= 4
        left = await store.sandbox_ids()
        assert sum(name.startswith("mine-") for name in left) == asked_for
        assert sandboxes.evicted == 3
        assert len(left) == MAX_OPEN_SANDBOXES

    asyncio.run(scenario())
