"""Replicas whose wall clocks are wrong keep one time: their Redis server's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import redis

from mockserver.app import App, build
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import start_clock
from mockserver.stores.redis import RedisStore
from mockserver.stores.redis_time import SharedClock, milliseconds
from mockserver.system import RealSystem
from tests.support.redis_store import shared_clock
from tests.support.serving import settings
from tests.support.some import some

HOUR_MS = 3_600_000


@dataclass
class Skewed:
    """Implements `engine.ports.System`: this machine's clock, wrong and running at another rate."""

    ahead_ms: int
    rate: float
    system: RealSystem
    start_ms: int

    def real_ms(self) -> int:
        passed_ms = self.system.real_ms() - self.start_ms
        return self.start_ms + self.ahead_ms + int(passed_ms * self.rate)

    def entropy(self) -> str:
        return self.system.entropy()


def test_calls_at_one_replica_and_then_another_never_see_time_go_back(redis_url: str) -> None:
    async def scenario() -> None:
        system = RealSystem()
        started_ms = system.real_ms()
        clocks: list[SharedClock] = [
            shared_clock(redis_url, Skewed(ahead_ms, rate, system, started_ms))
            for ahead_ms, rate in ((HOUR_MS, 1.0005), (-HOUR_MS, 0.5), (0, 1.0))
        ]
        stores = [RedisStore(redis_url, clock, "skewed") for clock in clocks]
        await stores[0].create(Sandbox("sb", "seed", start_clock("real", 0)))
        with redis.Redis.from_url(redis_url) as server:
            latest_ms = 0
            for turn in range(300):
                await stores[turn % 3].load("sb")
                now_ms = clocks[turn % 3].real_ms()
                assert latest_ms <= now_ms <= milliseconds(server.time())
                latest_ms = now_ms
        for store in stores:
            await store.close()

    asyncio.run(scenario())


def test_a_replica_that_only_looks_for_callbacks_keeps_up_with_the_server(redis_url: str) -> None:
    async def scenario() -> None:
        stopped = Skewed(-HOUR_MS, 0.0, RealSystem(), 0)
        clock = shared_clock(redis_url, stopped)
        store = RedisStore(redis_url, clock, "idle")
        with redis.Redis.from_url(redis_url) as server:
            told_ms = milliseconds(server.time())
        await store.pending()
        assert clock.real_ms() >= told_ms
        await store.close()

    asyncio.run(scenario())


async def _said(app: App, key: str, method: str, path: str, body: object = None) -> Any:
    transport = httpx.ASGITransport(app=app.asgi)
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers=headers
    ) as client:
        reply = await client.request(method, path, json=body)
        return reply.raise_for_status().json()


def test_a_client_between_two_wrong_replicas_sees_one_time(redis_url: str, key: str) -> None:
    async def scenario() -> None:
        system = RealSystem()
        configured = settings(store=redis_url, store_prefix="wrong", clock="real")
        apps = [
            build(configured, "http://127.0.0.1", Skewed(ahead_ms, rate, system, system.real_ms()))
            for ahead_ms, rate in ((HOUR_MS, 1.0005), (-HOUR_MS, 0.5))
        ]
        with redis.Redis.from_url(redis_url) as server:
            earliest_ms = latest_ms = milliseconds(server.time())
            video = {"model": "veo-3.1", "prompt": "a cat"}
            made = await _said(apps[0], key, "POST", "/apiyi/v1/videos", video)
            for turn in range(60):
                path = "/_mock/v1/sandboxes/current/clock"
                now_ms = (await _said(apps[turn % 2], key, "GET", path))["now_ms"]
                assert latest_ms <= now_ms <= milliseconds(server.time())
                latest_ms = now_ms
        read = await _said(apps[1], key, "GET", f"/apiyi/v1/videos/{made['id']}")
        assert earliest_ms // 1000 <= read["created"] == made["created"] <= latest_ms // 1000
        for app in some(apps):
            assert isinstance(app.core.store, RedisStore)
            await app.core.store.close()

    asyncio.run(scenario())
