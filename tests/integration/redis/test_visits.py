"""What one replica tells of the exchanges that are open at it, every other one knows."""

from __future__ import annotations

import asyncio

from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import start_clock
from mockserver.engine.ports import Presence
from tests.support.redis_store import opened_redis_store

LEASE_MS, GONE_MS = 60_000, -1


def test_open_exchanges_and_ended_calls_are_known_at_the_other_replica(redis_url: str) -> None:
    async def scenario() -> None:
        async with (
            opened_redis_store(redis_url, "visits", LEASE_MS) as first,
            opened_redis_store(redis_url, "visits", LEASE_MS) as second,
        ):
            await first.create(Sandbox("sb", "seed", start_clock("auto", 0)))
            assert await second.presence("sb", "t1") == Presence()
            await first.enter("sb", "a", True)
            await first.enter("sb", "b", False)
            assert await second.presence("sb", "t1") == Presence(2, 1)
            await first.leave("sb", "a", "t1", True, 5000)
            assert await second.presence("sb", "t1") == Presence(1, 0, 5000, 5000)
            assert await second.presence("sb", "t2") == Presence(1, 0, 0, 5000)
            await first.leave("sb", "b", "t1", False, 4000)  # told late: it changes nothing
            assert await second.presence("sb", "t1") == Presence(0, 0, 5000, 5000)
            await second.leave("sb", "c", "t3", False, 90_000)
            assert await first.presence("sb", "t1") == Presence(), "long ago"

    asyncio.run(scenario())


def test_exchanges_of_a_replica_that_died_are_forgotten(redis_url: str) -> None:
    async def scenario() -> None:
        async with opened_redis_store(redis_url, "dead", GONE_MS) as dead:
            await dead.create(Sandbox("sb", "seed", start_clock("auto", 0)))
            await dead.enter("sb", "a", True)
            assert await dead.presence("sb", "t1") == Presence()

    asyncio.run(scenario())
