"""What the memory store promises beyond what every store does."""

from __future__ import annotations

import asyncio

from mockserver.domain.clock import start_clock
from mockserver.domain.journal import Entry
from mockserver.domain.sandbox import Sandbox
from mockserver.stores.memory import MemoryStore


def test_journal_entries_are_numbered_from_one_and_on_behind_a_cleared_journal() -> None:
    async def scenario() -> list[int]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        numbers = [await store.record("sb", Entry("exchange", 1, 2)) for _ in range(2)]
        await store.clear_journal("sb")
        await store.record("sb", Entry("exchange", 1, 2))
        page = await store.journal("sb")
        return numbers + [entry.seq for entry in page.entries]

    assert asyncio.run(scenario()) == [1, 2, 3]
