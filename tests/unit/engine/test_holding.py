"""How long a fault may keep a connection waiting, in every mode, without any waiting of ours."""

from __future__ import annotations

import asyncio
from math import ceil

import pytest

from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import Mode, start_clock
from mockserver.engine.notifier import Notifier, Waiter
from mockserver.engine.sandboxes import Defaults, Sandboxes
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem

LEAVES_AFTER_REAL_MS = 100_000


class Passing(Notifier):
    """Lets real time pass at once; a client leaves after 100 s, or where nothing else would come."""

    def __init__(self, system: SetSystem) -> None:
        super().__init__()
        self._system = system

    async def rest(self, sandbox_id: str, waiter: Waiter, real_ms: float | None) -> None:
        self._system.now_ms += ceil(LEAVES_AFTER_REAL_MS if real_ms is None else real_ms)
        if self._system.now_ms >= LEAVES_AFTER_REAL_MS:
            waiter.give_up()


def _held(
    mode: Mode, *spans_ms: int | None, rate: float = 1.0, patience_ms: int | None = None
) -> tuple[list[bool], int, int, bool, dict[str, int]]:
    """What came of each hold of one reply; real and virtual ms that passed; whether waiter ended."""

    async def go() -> tuple[list[bool], int, int, bool, dict[str, int]]:
        system, store = SetSystem(0), MemoryStore()
        clock = start_clock(mode, 0, 5_000_000, rate)
        await store.create(Sandbox("sb", "seed", clock, patience_ms=patience_ms))
        sandboxes = Sandboxes(store, system, Passing(system), Defaults())
        waiter = Waiter()
        came = [await sandboxes.after("sb", span_ms, waiter) for span_ms in spans_ms]
        now_ms = (await sandboxes.load("sb")).sandbox.clock.at(system.now_ms)
        counted = await store.counters("sb")
        return came, system.now_ms, now_ms - 5_000_000, waiter.outlasted, counted

    return asyncio.run(go())


def test_in_mode_auto_a_wait_takes_the_clients_own_seconds_and_moves_no_clock() -> None:
    assert _held("auto", 3000) == ([True], 3000, 0, False, {})


def test_in_mode_real_a_wait_is_divided_by_the_rate() -> None:
    assert _held("real", 3000, rate=10) == ([True], 300, 3000, False, {})


def test_in_mode_manual_a_wait_without_a_turn_of_the_clock_lasts_until_the_client_leaves() -> None:
    assert _held("manual", 3000) == ([False], LEAVES_AFTER_REAL_MS, 0, False, {})


@pytest.mark.parametrize("mode", ["auto", "real", "manual"])
def test_a_wait_without_end_lasts_until_the_client_leaves(mode: Mode) -> None:
    came, real_ms, _, outlasted, counted = _held(mode, None)
    assert (came, real_ms, outlasted, counted) == ([False], LEAVES_AFTER_REAL_MS, False, {})


@pytest.mark.parametrize("mode", ["auto", "real", "manual"])
@pytest.mark.parametrize("span_ms", [60_000, None])
def test_patience_ends_a_wait_and_is_counted(mode: Mode, span_ms: int | None) -> None:
    came, real_ms, _, outlasted, counted = _held(mode, span_ms, patience_ms=10_000)
    assert (came, real_ms, outlasted, counted) == ([False], 10_000, True, {"outlasted": 1})


def test_patience_adds_up_over_the_waits_of_one_reply() -> None:
    came, real_ms, _, outlasted, _ = _held("auto", 4000, 4000, 4000, patience_ms=10_000)
    assert (came, real_ms, outlasted) == ([True, True, False], 10_000, True)


def test_a_wait_within_patience_comes_to_its_own_end() -> None:
    assert _held("auto", 10_000, patience_ms=10_000) == ([True], 10_000, 0, False, {})
