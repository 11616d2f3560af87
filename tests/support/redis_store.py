"""A Redis store without a server around it."""

from __future__ import annotations

import redis

from mockserver.engine.ports import System
from mockserver.stores.redis import RedisStore
from mockserver.stores.redis_time import SharedClock, milliseconds
from mockserver.system import RealSystem


def redis_store(
    url: str, prefix: str, lease_ms: int = 30_000, system: System | None = None
) -> RedisStore:
    """A replica's store; `system` is the replica's own clock, this machine's by default."""
    return RedisStore(url, shared_clock(url, system or RealSystem()), prefix, lease_ms)


def shared_clock(url: str, system: System) -> SharedClock:
    """A replica's own clock together with the Redis server's time."""
    with redis.Redis.from_url(url) as client:
        return SharedClock(system, milliseconds(client.time()))
