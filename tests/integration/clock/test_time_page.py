"""The table of the page about time says what every mode really does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from mockserver.domain.clock import Mode, start_clock
from mockserver.domain.quota import Quota, wait_ms
from mockserver.domain.sandbox import Sandbox
from mockserver.engine.bell import Patience
from mockserver.engine.sandboxes import Defaults, Sandboxes
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem
from tests.unit.engine.test_holding import LEAVES_AFTER_REAL_MS, Passing

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "time.md"
RATE, SPAN_MS = 10.0, 60_000
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
            await sandboxes.until("sb", SPAN_MS, Patience())
        elif kind == "fault":
            await sandboxes.after("sb", SPAN_MS, Patience())
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


def test_the_clock_is_moved_by_what_the_table_says() -> None:
    clocks = {mode: start_clock(cast("Mode", mode), 0, 0, RATE) for mode in MODES}
    moved = {mode: clock.at(1000) for mode, clock in clocks.items()}
    assert moved == {"real": 10_000, "manual": 0, "auto": 0}
    told = {mode: cells[0] for mode, cells in TABLE.items()}
    assert told == {
        "real": "real time, times `rate`",
        "manual": "somebody who advances it",
        "auto": "a reply about a task",
    }
