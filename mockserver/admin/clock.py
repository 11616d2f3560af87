"""The clock of a sandbox: read it, advance it, or set its mode and rate."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import asdict

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.time import clock_shown
from mockserver.control.operations import ADVANCE_CLOCK, GET_CLOCK, SET_CLOCK
from mockserver.control.records import Clock, ClockAdvanced
from mockserver.control.requests import AdvanceGiven, ClockChange
from mockserver.domain.input.errors import BadInput, Missing
from mockserver.domain.input.quantity import span_ms
from mockserver.domain.journal.journal import ClockMoved, ClockSet
from mockserver.domain.sandbox.landmarks import LANDMARKS, landmark_ms
from mockserver.domain.time.clock import LAST_MS, ClockState
from mockserver.domain.time.moment import moment_ms
from mockserver.engine.paging import all_deliveries, all_tasks


async def show(ask: Ask) -> Clock:
    """Mode, rate and the virtual time."""
    return clock_shown((await ask.sandbox()).clock, ask.core.system.real_ms())


async def change(ask: Ask, given: ClockChange) -> Clock:
    """Sets mode and rate; virtual time continues without a jump."""
    if given.mode is UNSET and given.rate is UNSET:
        raise BadInput("mode", None, "a mode, a rate, or both")
    sandbox = await ask.sandbox()

    def changed(clock: ClockState, real_ms: int) -> ClockState:
        mode = clock.mode if given.mode is UNSET else given.mode
        if mode != "real" and given.rate is not UNSET:
            raise BadInput("rate", given.rate, f"a clock in mode real (this one is {mode})")
        rate = given.rate if given.rate is not UNSET else clock.rate or 1.0
        return clock.with_mode(mode, real_ms, rate)

    clock = await ask.core.sandboxes.set_clock(sandbox.id, changed)
    real_ms = ask.core.system.real_ms()
    entry = ClockSet(real_ms, clock.at(real_ms), mode=clock.mode, rate=clock.rate)
    await ask.core.store.record(sandbox.id, entry)
    return clock_shown(clock, real_ms)


async def advance(ask: Ask, given: AdvanceGiven) -> ClockAdvanced:
    """Advances the clock; returns after every callback that became due was tried."""
    sandbox = await ask.sandbox()
    from_ms = ask.now_ms(sandbox.clock)
    to_ms = await _target_ms(ask, given, sandbox.id, from_ms)
    if to_ms > LAST_MS:
        raise BadInput("by" if given.to is UNSET else "to", to_ms, "a moment before the year 10000")
    clock = await ask.core.callbacks.walk(sandbox.id, to_ms)
    real_ms = ask.core.system.real_ms()
    now_ms = clock.at(real_ms)
    await ask.core.store.record(sandbox.id, ClockMoved(real_ms, now_ms, from_ms=from_ms))
    return ClockAdvanced(**asdict(clock_shown(clock, real_ms)), advanced_ms=now_ms - from_ms)


async def _target_ms(ask: Ask, given: AdvanceGiven, sandbox_id: str, now_ms: int) -> int:
    if (given.by is UNSET) == (given.to is UNSET):
        by = None if given.by is UNSET else given.by
        raise BadInput("by", by, 'either "by" with a span or "to" with a landmark or moment')
    if given.to in LANDMARKS:
        return await _landmark_ms(ask, given, sandbox_id, now_ms)
    if given.task is not UNSET:
        raise BadInput("task", given.task, f'"to" with one of: {", ".join(LANDMARKS)}')
    if given.by is not UNSET:
        return now_ms + span_ms(given.by, "by")
    try:
        to_ms = moment_ms(given.to, "to")
    except BadInput:
        expected = f"one of: {', '.join(LANDMARKS)}, an ISO time or epoch milliseconds"
        raise BadInput("to", given.to, expected) from None
    if to_ms < now_ms:
        raise BadInput("to", given.to, f"{now_ms} or later: virtual time never goes back")
    return to_ms


async def _landmark_ms(ask: Ask, given: AdvanceGiven, sandbox_id: str, now_ms: int) -> int:
    store, landmark = ask.core.store, given.to
    assert landmark in LANDMARKS
    if given.task is UNSET:
        tasks = [task async for task in all_tasks(store, sandbox_id)]
    else:
        snapshot = await store.load(sandbox_id, given.task)
        if snapshot is None or snapshot.task is None:
            raise Missing("task", given.task)
        tasks = [snapshot.task]
    ids = {task.id for task in tasks}
    deliveries = [d for d in await all_deliveries(store, sandbox_id) if d.task_id in ids]
    found_ms = landmark_ms(landmark, tasks, deliveries, now_ms)
    if found_ms is None:
        raise BadInput("to", landmark, f"a landmark ahead: there is no {landmark} to come")
    return found_ms


ROUTES = (served(GET_CLOCK, show), served(SET_CLOCK, change), served(ADVANCE_CLOCK, advance))
