"""What the memory store promises beyond what every store does."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.stores.memory import MemoryStore


def test_journal_entries_are_numbered_from_one_and_on_behind_a_cleared_journal() -> None:
    async def scenario() -> list[int]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        numbers = [await store.record("sb", Exchange(1, 2)) for _ in range(2)]
        await store.clear_journal("sb")
        await store.record("sb", Exchange(1, 2))
        page = await store.journal("sb")
        return numbers + [entry.seq for entry in page.entries]

    assert asyncio.run(scenario()) == [1, 2, 3]


def test_what_is_due_next_is_no_delivery_of_a_task_that_is_being_called() -> None:
    def delivery(task_id: str, event: str, due_ms: int) -> Delivery:
        return Delivery(f"{task_id}:{event}", task_id, "kie", event, "http://h/c", due_ms, due_ms)

    async def scenario() -> list[int | None]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        due = (delivery("a", "first", 10), delivery("a", "second", 12), delivery("b", "first", 20))
        assert await store.commit("sb", 1, Changes(deliveries=due))
        found = [await store.next_due_ms("sb")]
        (first,) = await store.claim("sb", 15, 5)
        found.append(await store.next_due_ms("sb"))
        await store.settle("sb", replace(first, state="acknowledged", due_ms=None))
        return [*found, await store.next_due_ms("sb")]

    assert asyncio.run(scenario()) == [10, 20, 12]
