"""Sandboxes in Redis or Valkey, shared by every replica that names the same server.

    PREFIX:sandboxes         set      ids of all sandboxes
    PREFIX:pending           set      sandboxes that may have something to deliver
    PREFIX:key:HASH          string   the sandbox that a key chooses
    PREFIX:{ID}:cell         hash     version, schema, sandbox, books
    PREFIX:{ID}:tasks        hash     task id -> record          :order  zset  task id by ordinal
    PREFIX:{ID}:deliveries   hash     delivery id -> record      :due    zset  "task|delivery" by time
    PREFIX:{ID}:leases       hash     task id -> "until owner"   :keys   set   hashes of its keys
    PREFIX:{ID}:journal      stream   capped                     :counters  hash

The braces are a hash tag: all of a sandbox lies in one slot of a cluster. Decisions are made in
pure code; `commit.lua` only compares and sets, `lease.lua` only leases. All costs are constant or
logarithmic but for lists, `trim` and `claim` (the deliveries that are due).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import redis.asyncio as aioredis
from redis.exceptions import RedisError

from mockserver.domain.delivery import Delivery
from mockserver.domain.journal import Entry, Page
from mockserver.domain.plan import expires_ms, has_ended
from mockserver.domain.sandbox import Books, Sandbox
from mockserver.domain.task import Task
from mockserver.engine.ports import Changes, Snapshot, StoreUnavailable
from mockserver.stores.redis_time import milliseconds

if TYPE_CHECKING:
    from mockserver.stores.redis_time import SharedClock

SCHEMA = 1
JOURNAL_ENTRIES = 5_000
OPENED_TTL_S = 24 * 3600  # a sandbox that a key opened, unused
CREATED_TTL_S = 7 * 24 * 3600  # one that somebody asked for, unused
TOUCH_EVERY_MS = 60_000
PARTS = ("cell", "tasks", "order", "deliveries", "due", "leases", "keys", "journal", "counters")
_SCRIPTS = Path(__file__).parent / "scripts"

T = TypeVar("T")
_encode = msgspec.msgpack.Encoder().encode


class _Codec:
    """Typed decoders of the stored records."""

    sandbox = msgspec.msgpack.Decoder(Sandbox).decode
    books = msgspec.msgpack.Decoder(Books).decode
    task = msgspec.msgpack.Decoder(Task).decode
    delivery = msgspec.msgpack.Decoder(Delivery).decode
    entry = msgspec.msgpack.Decoder(Entry).decode


@asynccontextmanager
async def _reported() -> AsyncIterator[None]:
    """The one place where a failure of Redis becomes ours."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreUnavailable(f"Redis: {error}") from error


class RedisStore:
    """Implements `engine.ports.Store`. Every method raises StoreUnavailable when Redis fails."""

    def __init__(
        self, url: str, clock: SharedClock, prefix: str = "reelmock", lease_ms: int = 30_000
    ) -> None:
        self._redis: Any = aioredis.Redis.from_url(
            url, socket_timeout=5, socket_connect_timeout=2, health_check_interval=15
        )
        self._clock = clock
        self._prefix = prefix
        self._lease_ms = lease_ms
        self._owner = clock.entropy()
        self._commit = self._redis.register_script((_SCRIPTS / "commit.lua").read_text())
        self._lease = self._redis.register_script((_SCRIPTS / "lease.lua").read_text())
        self._touched: dict[str, int] = {}

    def _key(self, sandbox_id: str, part: str) -> str:
        return f"{self._prefix}:{{{sandbox_id}}}:{part}"

    def _global(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    async def create(self, sandbox: Sandbox) -> bool:
        cell = self._key(sandbox.id, "cell")
        async with _reported():
            if not await self._redis.hsetnx(cell, "version", 1):
                return False
            fields = {"schema": SCHEMA, "sandbox": _encode(sandbox), "books": _encode(Books())}
            await self._redis.hset(cell, mapping=fields)
            await self._redis.sadd(self._global("sandboxes"), sandbox.id)
        await self._touch(sandbox)
        return True

    async def bind(self, key: str, sandbox_id: str) -> bool:
        name = self._global(f"key:{key}")
        async with _reported():
            if not await self._redis.exists(self._key(sandbox_id, "cell")):
                return False
            await self._redis.set(name, sandbox_id, nx=True, ex=CREATED_TTL_S)
            if _text(await self._redis.get(name)) != sandbox_id:
                return False
            await self._redis.sadd(self._key(sandbox_id, "keys"), key)
            return True

    async def resolve(self, key: str) -> str | None:
        async with _reported():
            found = await self._redis.get(self._global(f"key:{key}"))
            if found is None:
                return None
            sandbox_id = _text(found)
            exists = await self._redis.exists(self._key(sandbox_id, "cell"))
            return sandbox_id if exists else None

    async def keys_of(self, sandbox_id: str) -> tuple[str, ...]:
        async with _reported():
            members = await self._redis.smembers(self._key(sandbox_id, "keys"))
        return tuple(sorted(_text(member) for member in members))

    async def load(self, sandbox_id: str, task_id: str | None = None) -> Snapshot | None:
        async with _reported():
            # No transaction: Redis refuses those, reads included, when it is out of memory. The
            # version comes first, so a task that changes in between makes the commit lose. The
            # time comes last, so it is later than any that stands in what was read.
            pipe = self._redis.pipeline(transaction=False)
            pipe.hmget(self._key(sandbox_id, "cell"), "version", "sandbox", "books")
            if task_id is not None:
                pipe.hget(self._key(sandbox_id, "tasks"), task_id)
            pipe.time()
            cell, *rest, told = await pipe.execute()
        self._clock.heard(milliseconds(told))
        version, sandbox, books = cell
        if version is None or sandbox is None or books is None:
            return None
        found = _Codec.sandbox(sandbox)
        await self._touch(found)
        task = _Codec.task(rest[0]) if rest and rest[0] is not None else None
        return Snapshot(int(version), found, _Codec.books(books), task)

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        commands = list(self._commands(changes))
        keys = [self._key(sandbox_id, part) for part in PARTS]
        arguments: list[Any] = [version]
        for name, part, *rest in commands:
            arguments += [len(rest) + 2, name, PARTS.index(part) + 1, *rest]
        async with _reported():
            if changes.deliveries:  # before, so that no replica can miss what is due
                await self._redis.sadd(self._global("pending"), sandbox_id)
            done = await self._commit(keys=keys, args=arguments)
        if done == 1 and (changes.sandbox or changes.deliveries):
            await self._ring(sandbox_id)
        return bool(done == 1)

    def _commands(self, changes: Changes) -> Iterable[tuple[Any, ...]]:
        if changes.sandbox is not None:
            yield "HSET", "cell", "sandbox", _encode(changes.sandbox)
        if changes.books is not None:
            yield "HSET", "cell", "books", _encode(changes.books)
        if changes.task is not None:
            yield "HSET", "tasks", changes.task.id, _encode(changes.task)
            yield "ZADD", "order", changes.task.ordinal, changes.task.id
        for name, value in changes.counters.items():
            yield "HSET", "counters", f"c:{name}", value
        for delivery in changes.deliveries:
            yield "HSET", "deliveries", delivery.id, _encode(delivery)
            if delivery.due_ms is not None:
                yield "ZADD", "due", delivery.due_ms, _member(delivery)

    async def delete(self, sandbox_id: str) -> bool:
        async with _reported():
            keys = await self._redis.smembers(self._key(sandbox_id, "keys"))
            gone = await self._redis.delete(*(self._key(sandbox_id, part) for part in PARTS))
            for key in keys:
                await self._redis.delete(self._global(f"key:{_text(key)}"))
            await self._redis.srem(self._global("sandboxes"), sandbox_id)
            await self._redis.srem(self._global("pending"), sandbox_id)
        await self._ring(sandbox_id)
        return bool(gone)

    async def clear(self, sandbox_id: str) -> None:
        keys = [self._key(sandbox_id, part) for part in PARTS]
        commands: list[Any] = [4, "HSET", 1, "books", _encode(Books())]
        for part in PARTS:
            if part not in ("cell", "keys"):
                commands += [2, "DEL", PARTS.index(part) + 1]
        done = 0
        while done == 0:  # only a commit in between makes it start over
            async with _reported():
                version = await self._redis.hget(keys[0], "version")
                done = await self._commit(keys=keys, args=[version or 0, *commands])
        await self._ring(sandbox_id)

    async def sandbox_ids(self) -> tuple[str, ...]:
        """Every sandbox that is still there; those that Redis let expire are forgotten here."""
        found = []
        async with _reported():
            for member in await self._redis.smembers(self._global("sandboxes")):
                if await self._redis.exists(self._key(_text(member), "cell")):
                    found.append(_text(member))
                else:
                    await self._redis.srem(self._global("sandboxes"), member)
        return tuple(sorted(found))

    async def tasks(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> tuple[Task, ...]:
        async with _reported():
            ids = await self._redis.zrangebyscore(
                self._key(sandbox_id, "order"), f"({after}", "+inf", start=0, num=limit
            )
            if not ids:
                return ()
            records = await self._redis.hmget(self._key(sandbox_id, "tasks"), ids)
        return tuple(_Codec.task(record) for record in records if record is not None)

    async def task_count(self, sandbox_id: str) -> int:
        async with _reported():
            return int(await self._redis.hlen(self._key(sandbox_id, "tasks")))

    async def trim(self, sandbox_id: str, now_ms: int, limit: int) -> int:
        expired: list[Task] = []
        ended: list[Task] = []
        kept = after = 0
        while page := await self.tasks(sandbox_id, after, 1000):
            after = page[-1].ordinal
            expired += [task for task in page if expires_ms(task.plan) <= now_ms]
            alive = [task for task in page if expires_ms(task.plan) > now_ms]
            kept += len(alive)
            ended += [task for task in alive if has_ended(task.plan, now_ms)]
        gone = expired + ended[: max(0, kept - limit)]
        if not gone:
            return 0
        ids = [task.id for task in gone]
        log = await self.deliveries(sandbox_id)
        settled = [d.id for d in log if d.task_id in set(ids) and d.due_ms is None]
        async with _reported():
            pipe = self._redis.pipeline(transaction=True)
            pipe.hdel(self._key(sandbox_id, "tasks"), *ids)
            pipe.zrem(self._key(sandbox_id, "order"), *ids)
            if settled:
                pipe.hdel(self._key(sandbox_id, "deliveries"), *settled)
            await pipe.execute()
        return len(gone)

    async def record(self, sandbox_id: str, entry: Entry) -> int:
        async with _reported():
            pipe = self._redis.pipeline(transaction=True)
            pipe.xadd(
                self._key(sandbox_id, "journal"), {"e": _encode(entry)}, maxlen=JOURNAL_ENTRIES
            )
            pipe.hincrby(self._key(sandbox_id, "counters"), "journal", 1)
            stream_id, _ = await pipe.execute()
        return _sequence(stream_id)

    async def journal(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> Page:
        stream = self._key(sandbox_id, "journal")
        start = f"({after // 1000}-{after % 1000}" if after else "-"
        async with _reported():
            pipe = self._redis.pipeline(transaction=False)
            pipe.xrange(stream, start, "+", count=max(1, limit))  # redis-py refuses 0
            pipe.xlen(stream)
            pipe.hmget(self._key(sandbox_id, "counters"), "journal", "journal_cleared")
            found, length, (recorded, cleared) = await pipe.execute()
        entries = tuple(
            msgspec.structs.replace(_Codec.entry(fields[b"e"]), seq=_sequence(stream_id))
            for stream_id, fields in found[:limit]
        )
        total = int(recorded or 0)
        return Page(entries, total - int(cleared or 0) - length, total)

    async def clear_journal(self, sandbox_id: str) -> None:
        stream = self._key(sandbox_id, "journal")
        async with _reported():
            length = await self._redis.xlen(stream)
            await self._redis.xtrim(stream, maxlen=0, approximate=False)
            await self._redis.hincrby(self._key(sandbox_id, "counters"), "journal_cleared", length)

    async def count(self, sandbox_id: str, counter: str) -> int:
        async with _reported():
            counters = self._key(sandbox_id, "counters")
            return int(await self._redis.hincrby(counters, f"c:{counter}", 1))

    async def counters(self, sandbox_id: str, prefix: str = "") -> dict[str, int]:
        async with _reported():
            found = await self._redis.hgetall(self._key(sandbox_id, "counters"))
        named = {_text(name): int(value) for name, value in found.items()}
        wanted = f"c:{prefix}"
        return {name[2:]: value for name, value in named.items() if name.startswith(wanted)}

    async def deliveries(self, sandbox_id: str) -> tuple[Delivery, ...]:
        async with _reported():
            records = await self._redis.hvals(self._key(sandbox_id, "deliveries"))
        log = [_Codec.delivery(record) for record in records]
        return tuple(sorted(log, key=lambda delivery: (delivery.event_ms, delivery.id)))

    async def next_due_ms(self, sandbox_id: str) -> int | None:
        async with _reported():
            pipe = self._redis.pipeline(transaction=False)
            pipe.zrange(self._key(sandbox_id, "due"), 0, -1, withscores=True)
            pipe.hgetall(self._key(sandbox_id, "leases"))
            due, leases = await pipe.execute()
        leased = self._live(leases)
        free = (score for member, score in due if _text(member).partition("|")[0] not in leased)
        first = next(free, None)
        return None if first is None else int(first)

    async def claim(self, sandbox_id: str, now_ms: int, limit: int) -> tuple[Delivery, ...]:
        real_ms = self._clock.real_ms()
        until_ms = real_ms + self._lease_ms
        arguments: list[Any] = ["claim", now_ms, limit, real_ms, until_ms, self._owner]
        async with _reported():
            records = await self._lease(keys=self._lease_keys(sandbox_id), args=arguments)
        return tuple(_Codec.delivery(record) for record in records)

    async def claims(self, sandbox_id: str) -> int:
        async with _reported():
            return len(self._live(await self._redis.hgetall(self._key(sandbox_id, "leases"))))

    def _live(self, leases: dict[bytes, bytes]) -> set[str]:
        now_ms = self._clock.real_ms()
        return {_text(task) for task, lease in leases.items() if int(lease.split()[0]) > now_ms}

    async def settle(self, sandbox_id: str, delivery: Delivery) -> None:
        due = "" if delivery.due_ms is None else delivery.due_ms
        record = _encode(delivery)
        arguments: list[Any] = ["release", delivery.task_id, self._owner, delivery.id, record, due]
        async with _reported():
            await self._redis.sadd(self._global("pending"), sandbox_id)
            await self._lease(keys=self._lease_keys(sandbox_id), args=arguments)
        await self._ring(sandbox_id)

    async def due_sandboxes(self) -> tuple[str, ...]:
        """Those with something due or leased; the others are taken off the list.

        The server asks this at least once a second, which keeps its time fresh between calls.
        """
        found = []
        async with _reported():
            pipe = self._redis.pipeline(transaction=False)
            pipe.smembers(self._global("pending"))
            pipe.time()
            pending, told = await pipe.execute()
            self._clock.heard(milliseconds(told))
            for member in pending:
                due = self._key(_text(member), "due")
                if await self._redis.zcard(due):
                    found.append(_text(member))
                    continue
                await self._redis.srem(self._global("pending"), member)
                if await self._redis.zcard(due):  # one came in between
                    await self._redis.sadd(self._global("pending"), member)
        return tuple(sorted(found))

    async def listen(self, ring: Callable[[str], None]) -> None:
        """Tells of changes that other replicas made, for ever; a hint, so losing one does no harm."""
        channel = self._global("bell")
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(channel)
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            ring(_text(message["data"]))
            except (RedisError, OSError, TimeoutError):
                await _a_moment()

    async def close(self) -> None:
        """Closes the connections."""
        await self._redis.aclose()

    async def _ring(self, sandbox_id: str) -> None:
        async with _reported():
            await self._redis.publish(self._global("bell"), sandbox_id)

    async def _touch(self, sandbox: Sandbox) -> None:
        """Puts the expiry of a sandbox off, once a minute at most."""
        now_ms = self._clock.real_ms()
        if now_ms - self._touched.get(sandbox.id, -TOUCH_EVERY_MS) < TOUCH_EVERY_MS:
            return
        self._touched[sandbox.id] = now_ms
        ttl_s = OPENED_TTL_S if sandbox.opened_by_key else CREATED_TTL_S
        keys = await self.keys_of(sandbox.id)
        async with _reported():
            pipe = self._redis.pipeline(transaction=False)
            for part in PARTS:
                pipe.expire(self._key(sandbox.id, part), ttl_s)
            for key in keys:
                pipe.expire(self._global(f"key:{key}"), ttl_s)
            await pipe.execute()

    def _lease_keys(self, sandbox_id: str) -> list[str]:
        return [self._key(sandbox_id, part) for part in ("due", "leases", "deliveries")]


def _member(delivery: Delivery) -> str:
    return f"{delivery.task_id}|{delivery.id}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _sequence(stream_id: bytes) -> int:
    """A stream's id (milliseconds and a count) as one number that grows."""
    at_ms, _, number = _text(stream_id).partition("-")
    return int(at_ms) * 1000 + int(number)


async def _a_moment() -> None:
    """A pause before the next try, so that a dead server is not hammered."""
    waiter: Awaitable[None] = asyncio.get_running_loop().create_future()
    try:
        await asyncio.wait_for(waiter, 0.5)
    except TimeoutError:
        return
