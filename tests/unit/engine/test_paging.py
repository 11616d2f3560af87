"""Long lists are walked in pages: others have their turn in between, and there is an end."""

from __future__ import annotations

import asyncio
from collections import Counter

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Exchange, Page
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.paging import (
    ENTRIES,
    IN_ORDER,
    PAGE,
    all_deliveries,
    all_entries,
    all_tasks,
    delivery_pages,
    entries_as_sent,
    let_go,
)
from mockserver.stores.memory import MemoryStore
from tests.support.loop_turns import LoopTurns

PLAN = Plan((Step(0, "queued"), Step(9, "expired")), "seed", known_ms=0, content_ms=0)
SANDBOX = Sandbox("sb", "seed", start_clock("manual", 0))


def _task(ordinal: int) -> Task:
    return Task(f"t{ordinal}", ordinal, "kie", "generate", "", "veo3", "", 0, PLAN, "http://h")


def test_others_have_their_turn_between_two_pages_of_tasks() -> None:
    async def walk() -> tuple[list[int], int]:
        store = MemoryStore()
        await store.create(SANDBOX)
        for ordinal in range(1, 2 * PAGE + 2):
            assert await store.commit("sb", ordinal, Changes(tasks=(_task(ordinal),)))
        with LoopTurns() as turns:
            found = [task.ordinal async for task in all_tasks(store, "sb")]
        return found, turns.count

    found, turns = asyncio.run(walk())
    assert found == list(range(1, 2 * PAGE + 2))
    assert turns >= 2


async def _with_callbacks(count: int) -> MemoryStore:
    """A store whose callbacks are told in an order that is not that of their events."""
    store = MemoryStore()
    await store.create(SANDBOX)
    for number in range(count):
        at_ms = number * 7919 % count
        told = Delivery(f"t{number}:end", f"t{number}", "kie", "end", "http://h/c", at_ms, None)
        assert await store.commit("sb", number + 1, Changes(deliveries=(told,)))
    return store


def test_callbacks_come_in_the_order_of_their_events_and_others_have_their_turn() -> None:
    count = 3 * PAGE + 1

    async def walk() -> tuple[list[int], int, int, Counter[int]]:
        store = await _with_callbacks(count)
        read_in: Counter[int] = Counter()
        with LoopTurns() as turns:
            async for page in delivery_pages(store, "sb"):
                read_in[turns.count] += len(page)
            read = turns.count
            found = [delivery.event_ms for delivery in await all_deliveries(store, "sb")]
        return found, read, turns.count - read, read_in

    found, read, turns, read_in = asyncio.run(walk())
    assert found == list(range(count))
    assert turns >= read + count // IN_ORDER, "some to read them, some to put them in order"
    assert read_in.total() == count
    assert max(read_in.values()) <= PAGE


def test_a_callback_log_of_less_than_a_page_is_read_in_one_turn() -> None:
    async def walk() -> tuple[int, int]:
        store = await _with_callbacks(PAGE - 1)
        with LoopTurns() as turns:
            return len(await all_deliveries(store, "sb")), turns.count

    assert asyncio.run(walk()) == (PAGE - 1, 0)


class Twice(MemoryStore):
    """Gives every callback twice, as a hash in Redis may that grows meanwhile."""

    async def some_deliveries(
        self, sandbox_id: str, cursor: int = 0
    ) -> tuple[tuple[Delivery, ...], int]:
        found, following = await super().some_deliveries(sandbox_id, cursor)
        return found + found, following


def test_a_callback_that_comes_twice_is_told_once() -> None:
    async def walk() -> list[str]:
        store = Twice()
        await store.create(SANDBOX)
        told = [Delivery(f"t{n}:end", f"t{n}", "kie", "end", "http://h/c", 5, None) for n in (1, 2)]
        assert await store.commit("sb", 1, Changes(deliveries=tuple(told)))
        return [delivery.id for delivery in await all_deliveries(store, "sb")]

    assert asyncio.run(walk()) == ["t1:end", "t2:end"]


def test_the_journal_is_read_and_told_as_it_went_in_many_turns() -> None:
    count = 3 * ENTRIES

    async def walk() -> tuple[int, int]:
        store = MemoryStore()
        await store.create(SANDBOX)
        for _ in range(count):
            await store.record("sb", Exchange(1, 2))
        with LoopTurns() as turns:
            return len(await entries_as_sent(store, "sb")), turns.count

    found, turns = asyncio.run(walk())
    assert found == count
    assert turns >= 3


class Busy(MemoryStore):
    """Somebody calls whenever somebody looks."""

    looks = 0

    async def journal(
        self, sandbox_id: str, after: int = 0, limit: int = 1000, *, brief: bool = False
    ) -> Page:
        self.looks += 1
        assert self.looks < 10, "a walk without an end"
        await self.record(sandbox_id, Exchange(1, 2))
        return await super().journal(sandbox_id, after, limit)


def test_a_walk_through_a_journal_that_is_written_to_comes_to_its_end() -> None:
    async def walk() -> list[int]:
        store = Busy()
        await store.create(SANDBOX)
        for _ in range(ENTRIES):
            await store.record("sb", Exchange(1, 2))
        return [entry.seq async for entry in all_entries(store, "sb")]

    assert asyncio.run(walk()) == list(range(1, ENTRIES + 3))


def test_pages_are_let_go_of_one_by_one() -> None:
    pages: list[tuple[int, ...]] = [(1, 2), (3,), (4, 5)]
    left = [(page, len(pages)) for page in let_go(pages)]
    assert left == [((1, 2), 3), ((3,), 2), ((4, 5), 1)]
    assert pages == []
