"""Who is at a sandbox, and when who was there left: the same in memory and on Redis."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import start_clock
from mockserver.engine.ports import Presence
from mockserver.stores import redis as redis_module
from mockserver.stores.memory import FORGOTTEN_REAL_MS, MOST_LEFT, MemoryStore
from tests.support.redis_store import opened_redis_store

SANDBOX = Sandbox("sb", "seed", start_clock("auto", 0))


@pytest.fixture(params=["memory", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def _store(stack: AsyncExitStack, kind: str, redis_url: str, prefix: str) -> Any:
    opened = opened_redis_store(redis_url, prefix)
    store = MemoryStore() if kind == "memory" else await stack.enter_async_context(opened)
    assert await store.create(SANDBOX)
    return store


def test_calls_that_are_open_are_counted_and_those_that_create(kind: str, redis_url: str) -> None:
    async def scenario() -> list[Presence]:
        async with AsyncExitStack() as stack:
            store = await _store(stack, kind, redis_url, "open")
            await store.enter("sb", "v1", False)
            await store.enter("sb", "v2", True)
            await store.enter("sb", "v2", True)  # it says that it is still there
            both = await store.presence("sb", "a")
            await store.leave("sb", "v1", "a", False, 1000)
            one = await store.presence("sb", "a")
            await store.leave("sb", "v2", "b", True, 2000)
            return [both, one, await store.presence("sb", "a"), await store.presence("sb", "b")]

    assert asyncio.run(scenario()) == [
        Presence(2, 1, 0, 0),
        Presence(1, 1, 1000, 0),
        Presence(0, 0, 1000, 2000),
        Presence(0, 0, 2000, 2000),
    ]


def test_who_left_long_ago_is_forgotten(kind: str, redis_url: str) -> None:
    async def scenario() -> list[int]:
        async with AsyncExitStack() as stack:
            store = await _store(stack, kind, redis_url, "long-ago")
            for number in range(MOST_LEFT + 1):
                late = number == MOST_LEFT
                real_ms = 1000 + (FORGOTTEN_REAL_MS if late else number)
                await store.leave("sb", "v", f"t{number}", False, real_ms)
            return [(await store.presence("sb", f"t{n}")).ended_real_ms for n in (0, 1, MOST_LEFT)]

    assert asyncio.run(scenario()) == [0, 1001, 1000 + FORGOTTEN_REAL_MS]


def test_nobody_is_at_a_sandbox_that_is_gone(kind: str, redis_url: str) -> None:
    async def scenario() -> Presence:
        async with AsyncExitStack() as stack:
            store = await _store(stack, kind, redis_url, "gone")
            await store.enter("sb", "v1", False)
            await store.delete("sb")
            return await store.presence("sb", "a")

    assert asyncio.run(scenario()) == Presence()


def test_the_keys_that_a_replica_remembers_are_bounded(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_module, "MAX_REMEMBERED", 2)

    async def scenario() -> list[list[str | None]]:
        seen = []
        async with opened_redis_store(redis_url, "remembered") as store:
            assert await store.create(SANDBOX)
            for key in ("k1", "k2", "k3"):
                assert await store.bind(key, "sb")
                assert await store.resolve(key) == "sb"
                seen.append([store.recall(each) for each in ("k1", "k2", "k3")])
        return seen

    assert asyncio.run(scenario()) == [
        ["sb", None, None],
        ["sb", "sb", None],
        [None, None, "sb"],
    ]
