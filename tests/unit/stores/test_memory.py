"""What the memory store promises beyond what every store does."""

from __future__ import annotations

import asyncio
import gc

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.stores.memory import MemoryStore
from mockserver.stores.ring import Ring


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


def test_a_callback_that_was_put_off_is_due_at_its_new_time() -> None:
    def delivery(due_ms: int) -> Delivery:
        return Delivery("a:end", "a", "kie", "end", "http://h/c", 10, due_ms)

    async def scenario() -> list[int | None]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        found = []
        for version, due_ms in enumerate((10, 25), 1):
            assert await store.commit("sb", version, Changes(deliveries=(delivery(due_ms),)))
            found.append(await store.next_due_ms("sb"))
        return found

    assert asyncio.run(scenario()) == [10, 25]


def test_a_full_round_of_the_collector_walks_nothing_of_a_callback() -> None:
    async def scenario() -> MemoryStore:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        for number in range(1, 101):
            told = [
                Delivery(f"t{number}:{event}", f"t{number}", "kie", event, "http://h/c", 5, None)
                for event in ("end", "upgraded")
            ]
            assert await store.commit("sb", number, Changes(deliveries=tuple(told)))
        return store

    cell = asyncio.run(scenario())._cells["sb"]
    assert cell.log["t7"].ids == ("t7:end", "t7:upgraded")
    parts = [*cell.log._parts.values(), *cell.deliveries._parts.values()]
    assert len(parts) > 16
    assert not any(map(gc.is_tracked, parts))


def test_of_a_sandbox_that_nobody_uses_a_full_round_of_the_collector_walks_next_to_nothing() -> (
    None
):
    count = 1000

    async def scenario() -> tuple[MemoryStore, int]:
        store = MemoryStore()
        gc.collect()
        before = len(gc.get_objects())
        for number in range(count):
            await store.create(Sandbox(f"sb{number}", "seed", start_clock("manual", 0)))
            await store.bind(f"key-{number}", f"sb{number}")
        gc.collect()
        return store, len(gc.get_objects()) - before

    store, walked = asyncio.run(scenario())
    assert len(asyncio.run(store.sandbox_ids())) == count
    assert walked < 5 * count


def test_a_full_round_of_the_collector_walks_nothing_of_a_journal() -> None:
    ring = Ring()
    for _ in range(100):
        ring.append(Exchange(1, 2))
    assert [entry.seq for entry in ring.page(98, 5).entries] == [99, 100]
    assert not gc.is_tracked(ring)
    assert not gc.is_tracked(ring._drafts)
