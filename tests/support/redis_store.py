"""A Redis store without a server around it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis

from mockserver.engine.ports import System
from mockserver.stores.redis import RedisStore
from mockserver.stores.redis_time import SharedClock, milliseconds
from mockserver.system import RealSystem


def redis_store(url: str, prefix: str, lease_ms: int = 30_000) -> RedisStore:
    """A replica's store, by this machine's own clock. The caller closes it."""
    return RedisStore(url, shared_clock(url, RealSystem()), prefix, lease_ms)


@asynccontextmanager
async def opened_redis_store(
    url: str, prefix: str, lease_ms: int = 30_000
) -> AsyncIterator[RedisStore]:
    """The same, closed at the end."""
    store = redis_store(url, prefix, lease_ms)
    try:
        yield store
    finally:
        await store.close()


def shared_clock(url: str, system: System) -> SharedClock:
    """A replica's own clock together with the Redis server's time."""
    with redis.Redis.from_url(url) as client:
        return SharedClock(system, milliseconds(client.time()))
