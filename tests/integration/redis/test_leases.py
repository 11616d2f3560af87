"""A due delivery is leased to one replica; the next may take it when the lease has run out."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.paging import all_deliveries
from mockserver.stores.redis import RedisStore
from mockserver.stores.redis_deliveries import PAGE
from tests.support.patience import awaiting
from tests.support.redis_store import opened_redis_store

LONG_MS, SHORT_MS = 60_000, 200


def _deliveries(count: int) -> tuple[Delivery, ...]:
    """One delivery of each of so many tasks, due at 1, 2, 3, …"""
    url = "http://127.0.0.1:9/c"
    return tuple(
        Delivery(f"t{n}:finished", f"t{n}", "kie", "finished", url, n, n)
        for n in range(1, count + 1)
    )


async def _fill(store: RedisStore, deliveries: tuple[Delivery, ...]) -> None:
    await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
    assert await store.commit("sb", 1, Changes(deliveries=deliveries))


async def _claimed(store: RedisStore) -> tuple[Delivery, ...]:
    """What a replica gets as soon as it gets anything."""
    found: tuple[Delivery, ...] = ()
    with awaiting("a delivery to claim"):
        while not found:
            found = await store.claim("sb", 10, 10)
    return found


def test_nobody_else_gets_a_delivery_while_its_lease_lives(redis_url: str) -> None:
    async def scenario() -> None:
        async with (
            opened_redis_store(redis_url, "lease", LONG_MS) as first,
            opened_redis_store(redis_url, "lease", LONG_MS) as second,
        ):
            deliveries = _deliveries(1)
            await _fill(first, deliveries)
            assert await first.claim("sb", 10, 1) == deliveries
            for store in (first, second):
                assert await store.claim("sb", 10, 1) == ()
                assert await store.next_due_ms("sb") is None
                assert await store.claims("sb") == 1
                (found,) = await store.pending()
                assert (found.sandbox_id, found.due_ms) == ("sb", deliveries[0].due_ms)
            await first.settle("sb", replace(deliveries[0], due_ms=7))
            assert await second.next_due_ms("sb") == 7
            assert await second.claims("sb") == 0

    asyncio.run(scenario())


def test_a_lease_that_has_run_out_is_taken_over_and_its_holder_has_no_say_any_more(
    redis_url: str,
) -> None:
    async def scenario() -> None:
        async with (
            opened_redis_store(redis_url, "over", SHORT_MS) as late,
            opened_redis_store(redis_url, "over", LONG_MS) as heir,
        ):
            deliveries = _deliveries(1)
            await _fill(late, deliveries)
            assert await late.claim("sb", 10, 1) == deliveries
            assert await _claimed(heir) == deliveries
            await late.settle("sb", replace(deliveries[0], note="too late", due_ms=None))
            assert await all_deliveries(heir, "sb") == list(deliveries)
            assert await heir.claims("sb") == 1, "the heir's lease is untouched"
            acknowledged = replace(deliveries[0], state="acknowledged", due_ms=None)
            await heir.settle("sb", acknowledged)
            assert await all_deliveries(late, "sb") == [acknowledged]
            assert await late.pending() == ()

    asyncio.run(scenario())


def test_a_holder_that_is_late_but_has_no_heir_writes_its_delivery_back(redis_url: str) -> None:
    async def scenario() -> None:
        async with opened_redis_store(redis_url, "late", SHORT_MS) as store:
            deliveries = _deliveries(1)
            await _fill(store, deliveries)
            await store.claim("sb", 10, 1)
            while await store.claims("sb"):
                pass  # each turn is a round trip; bounded by the lease
            acknowledged = replace(deliveries[0], state="acknowledged", due_ms=None)
            await store.settle("sb", acknowledged)
            assert await all_deliveries(store, "sb") == [acknowledged]
            assert await store.next_due_ms("sb") is None

    asyncio.run(scenario())


def test_deliveries_behind_pages_of_leased_ones_are_found(redis_url: str) -> None:
    async def scenario() -> None:
        async with (
            opened_redis_store(redis_url, "pages", LONG_MS) as first,
            opened_redis_store(redis_url, "pages", LONG_MS) as second,
        ):
            deliveries = _deliveries(PAGE + 50)
            await _fill(first, deliveries)
            assert len(await first.claim("sb", PAGE + 10, PAGE + 50)) == PAGE + 10
            assert await second.next_due_ms("sb") == PAGE + 11
            assert await second.claim("sb", PAGE + 30, 15) == deliveries[PAGE + 10 : PAGE + 25]
            assert await second.next_due_ms("sb") == PAGE + 26

    asyncio.run(scenario())
