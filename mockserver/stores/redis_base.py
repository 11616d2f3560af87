"""What every part of the Redis store needs: the connection, names of keys, their expiry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.stores.redis_lane import Lane
from mockserver.stores.redis_notifier import FAILURES, RedisBell
from mockserver.stores.redis_records import text

if TYPE_CHECKING:
    from mockserver.stores.redis_time import SharedClock

FOR_EVER = -1  # the answer of PTTL for a key that does not expire
SCRIPTS = ("commit", "lease", "append")
_SCRIPTS = Path(__file__).parent / "scripts"


@asynccontextmanager
async def reported() -> AsyncIterator[None]:
    """Turns a failure of Redis into our own error; the only place that does."""
    try:
        yield
    except FAILURES as error:
        raise StoreUnavailable(f"Redis: {error}") from error


class _Pool(aioredis.ConnectionPool):
    """A pool that gives out no connection that the server closed while it was not used.

    redis-py 8 notices that a connection is closed, but gives it out anyway.
    """

    async def ensure_connection(self, connection: Any) -> None:
        reader = connection._reader
        if reader is not None and reader.at_eof():
            await connection.disconnect()
        await super().ensure_connection(connection)


class RedisBase:
    """A replica's connection. `lease_ms` is how long a claimed delivery belongs to one replica."""

    def __init__(
        self, url: str, clock: SharedClock, prefix: str = "reelmock", lease_ms: int = 30_000
    ) -> None:
        pool = _Pool.from_url(
            url,
            protocol=2,  # the lane reads answers as they come
            socket_timeout=5,
            socket_connect_timeout=2,
            health_check_interval=15,
            retry=Retry(NoBackoff(), 0),  # a commit whose answer was lost may have been made
        )
        self._redis: Any = aioredis.Redis.from_pool(pool)
        self._clock = clock
        self._prefix = prefix
        self._lease_ms = lease_ms
        self._owner = clock.entropy()
        self._notifier = RedisBell(self._redis, self._global("notifier"), self._owner)
        self._lane = Lane(pool)
        self._scripts = {name: (_SCRIPTS / f"{name}.lua").read_text() for name in SCRIPTS}
        self._digests = {n: sha1(text.encode()).hexdigest() for n, text in self._scripts.items()}

    async def _script(self, name: str, keys: Sequence[str], *arguments: Any) -> Any:
        """Runs a script; after a restart Redis does not know it any more."""
        command = ("EVALSHA", self._digests[name], len(keys), *keys, *arguments)
        try:
            (answer,) = await self._lane.run(command)
        except NoScriptError:  # so it has not run
            await self._redis.script_load(self._scripts[name])
            (answer,) = await self._lane.run(command)
        return answer

    def _key(self, sandbox_id: str, part: str) -> str:
        return f"{self._prefix}:{{{sandbox_id}}}:{part}"

    def _global(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    async def _still(self, index: str, part: str, members: Iterable[bytes]) -> tuple[str, ...]:
        """The sandboxes of an index that still have a part; the others are removed from the index."""
        names = sorted(text(member) for member in members)
        pipe = self._redis.pipeline(transaction=False)
        for name in names:
            pipe.exists(self._key(name, part))
        found = dict(zip(names, await pipe.execute(), strict=True))
        for name in [name for name, there in found.items() if not there]:
            await self._redis.srem(self._global(index), name)
            if await self._redis.exists(self._key(name, part)):  # it was added in between
                await self._redis.sadd(self._global(index), name)
        return tuple(name for name, there in found.items() if there)

    async def _expire_with_cell(self, sandbox_id: str, *parts: str) -> None:
        """Lets new parts expire with the sandbox, or at once if the sandbox is gone."""
        left_ms = await self._redis.pttl(self._key(sandbox_id, "cell"))
        if left_ms == FOR_EVER:
            return
        pipe = self._redis.pipeline(transaction=False)
        for part in parts:
            pipe.pexpire(self._key(sandbox_id, part), left_ms)  # a time in the past deletes
        await pipe.execute()
