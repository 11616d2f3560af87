"""The table of the page about time says what every mode really does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from mockserver.domain.provider.quota import Quota, wait_ms
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import Mode, start_clock
from mockserver.engine.notifier import Waiter
from mockserver.engine.sandboxes import Defaults, Sandboxes
from mockserver.engine.visits import LATEST_REAL_MS, QUIET_REAL_MS
from mockserver.stores.memory import MemoryStore
from tests.property.worlds import content
from tests.support.engine import Engine, SetSystem, asked, posted
from tests.unit.engine.test_holding import LEAVES_AFTER_REAL_MS, Passing

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "time.md"
RATE, SPAN_MS = 10.0, 60_000
ADVANCES = "somebody who advances it"
COSTS_REAL_MS = {
    "nothing": 0,
    "its span divided by the rate": SPAN_MS / RATE,
    "its span in real seconds": SPAN_MS,
    "until somebody advances the clock": LEAVES_AFTER_REAL_MS,  # nobody did: the client left
}


def _table() -> dict[str, list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


TABLE = _table()
MODES = ("real", "manual", "auto")


def _waited_real_ms(mode: Mode, kind: str) -> int:
    """The real time that a wait of a minute takes in a sandbox that nobody else uses."""

    async def go() -> int:
        system, store = SetSystem(0), MemoryStore()
        clock = start_clock(mode, 0, 0, RATE if mode == "real" else 1.0)
        await store.create(Sandbox("sb", "seed", clock))
        sandboxes = Sandboxes(store, system, Passing(system), Defaults())
        if kind == "job":
            await sandboxes.until("sb", SPAN_MS, Waiter())
        elif kind == "fault":
            await sandboxes.after("sb", SPAN_MS, Waiter())
        else:
            quota, hit = Quota("q", 1, SPAN_MS), clock.instant(0)
            while system.now_ms < LEAVES_AFTER_REAL_MS:
                now = clock.instant(system.now_ms)
                if not wait_ms((hit,), now, quota, clock.in_either):
                    break
                system.now_ms += 100
        return system.now_ms

    return asyncio.run(go())


def test_the_table_has_every_mode_and_every_kind_of_wait() -> None:
    assert tuple(TABLE) == MODES
    assert {len(cells) for cells in TABLE.values()} == {4}


@pytest.mark.parametrize("column", [1, 2, 3], ids=["job", "limit", "fault"])
@pytest.mark.parametrize("mode", MODES)
def test_a_wait_costs_what_the_table_says(mode: str, column: int) -> None:
    kind = ("", "job", "limit", "fault")[column]
    assert _waited_real_ms(cast("Mode", mode), kind) == COSTS_REAL_MS[TABLE[mode][column]]


def _moved_ms(mode: Mode) -> dict[str, int]:
    """How far a clock went when each thing happened that may move one, and nothing else."""
    engine = Engine(0, 0)
    try:
        key, system = "sk-time", engine.system
        engine.run(
            engine.sandboxes.set_clock(
                engine.sandbox_id(key), lambda clock, real_ms: clock.with_mode(mode, real_ms, RATE)
            )
        )
        created = engine.call(key, "apiyi", "create", posted({"model": "veo-3.1", "prompt": "a"}))
        poll = asked(id=content(created)["id"])

        def passes() -> None:
            system.now_ms += SPAN_MS

        happens = {
            "real time, times `rate`": passes,
            "a reply about a task": lambda: engine.call(key, "apiyi", "status", poll),
            ADVANCES: lambda: engine.advance(key, SPAN_MS),
        }
        moved = {}
        for what, does in happens.items():
            before_ms = engine.now_ms(key)
            does()
            moved[what] = engine.now_ms(key) - before_ms
        return moved
    finally:
        engine.close()


@pytest.mark.parametrize("mode", MODES)
def test_the_clock_is_moved_by_what_the_table_says(mode: str) -> None:
    moved = _moved_ms(cast("Mode", mode))
    by_itself = [what for what, by_ms in moved.items() if by_ms and what != ADVANCES]
    assert moved[ADVANCES] == SPAN_MS  # whatever else moves it
    assert TABLE[mode][0] == (by_itself or [ADVANCES])[0]
    assert len(by_itself) < 2
    assert moved["real time, times `rate`"] == (SPAN_MS * RATE if mode == "real" else 0)


def test_the_page_names_the_times_that_a_callback_waits_for() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    assert QUIET_REAL_MS == 100
    assert "no call about its task has ended in the last 100 real milliseconds" in page
    assert LATEST_REAL_MS == 2000
    assert "Two seconds after the last creation the clock moves in any case" in page
