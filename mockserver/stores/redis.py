"""Sandboxes in Redis or Valkey, shared by every replica that names the same server.

    PREFIX:sandboxes         set      ids of all sandboxes
    PREFIX:pending           set      sandboxes that may have something to deliver
    PREFIX:key:HASH          string   the sandbox that a key chooses
    PREFIX:{ID}:cell         hash     version, schema, sandbox, books
    PREFIX:{ID}:tasks        hash     task id -> record
    PREFIX:{ID}:order        zset     task id by ordinal         :expires  zset  task id by expiry
    PREFIX:{ID}:deliveries   hash     delivery id -> record      :due    zset  "task|delivery" by time
    PREFIX:{ID}:leases       hash     task id -> "until owner"   :keys   set   hashes of its keys
    PREFIX:{ID}:journal      stream   capped                     :counters  hash
    PREFIX:{ID}:visits       zset     open exchanges by lease    :left   zset  task id by last call

The braces are a hash tag: all parts of a sandbox are in one slot of a cluster, and all of them
expire with its cell. Decisions are made in pure code; `commit.lua` only compares and sets, and
`lease.lua` only leases. Costs are constant or logarithmic, except for lists and for what `trim` drops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from mockserver.domain.job.plan import expires_ms, has_ended
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes, Snapshot, StoreUnavailable
from mockserver.engine.paging import delivery_pages
from mockserver.engine.ports import BLOCK, Spread
from mockserver.stores.redis_base import reported
from mockserver.stores.redis_deliveries import RedisDeliveries
from mockserver.stores.redis_journal import RedisJournal
from mockserver.stores.redis_lane import Command
from mockserver.stores.redis_records import (
    SCHEMA,
    decode_books,
    decode_sandbox,
    decode_task,
    encode,
    member_of,
    text,
    unreadable,
)
from mockserver.stores.redis_time import SharedClock, milliseconds
from mockserver.stores.redis_visits import RedisVisits

PAGE = 1000
OPENED_TTL_S = 24 * 3600  # for an unused sandbox that a key opened
CREATED_TTL_S = 7 * 24 * 3600  # for an unused sandbox that was made over the control API
TOUCH_EVERY_MS = 60_000
MAX_REMEMBERED = 10_000  # of sandboxes touched, and of keys
EMPTIED = (
    "tasks", "order", "expires", "deliveries", "due", "leases", "journal", "counters", "visits", "left"
)  # fmt: skip
PARTS = ("cell", "keys", *EMPTIED)  # a reset deletes the parts in EMPTIED


def foreign_data(client: Any, prefix: str) -> str:
    """The kind of data under a prefix that this version cannot read; empty if there is none."""
    ids = [text(member) for member in client.smembers(f"{prefix}:sandboxes")]
    pipe = client.pipeline(transaction=False)
    for id_ in ids:
        pipe.hmget(f"{prefix}:{{{id_}}}:cell", "version", "schema")
    found = (unreadable(schema) for version, schema in pipe.execute() if version is not None)
    return next(filter(None, found), "")


class RedisStore(RedisJournal, RedisDeliveries, RedisVisits):
    """Implements `engine.ports.Store`. Every method raises StoreUnavailable if Redis fails."""

    kind = "redis"
    trim_every = 10_000  # creations: it is a round trip

    def __init__(
        self, url: str, clock: SharedClock, prefix: str = "reelmock", lease_ms: int = 30_000
    ) -> None:
        super().__init__(url, clock, prefix, lease_ms)
        self._touched: dict[str, int] = {}
        self._chosen: dict[str, str] = {}

    async def create(self, sandbox: Sandbox) -> bool:
        fields = (
            *("schema", SCHEMA, "mark", self._clock.entropy()),
            *("sandbox", encode(sandbox), "books", encode(Books())),
        )
        commands = (("HSET", "cell", *fields), ("EXPIRE", "cell", _ttl_s(sandbox)))
        made = await self._commit(sandbox.id, "", commands)
        if made:
            async with reported():
                await self._redis.sadd(self._global("sandboxes"), sandbox.id)
        return made

    async def bind(self, key: str, sandbox_id: str) -> bool:
        name = self._global(f"key:{key}")
        async with reported():
            if not await self._redis.exists(self._key(sandbox_id, "cell")):
                return False
            pipe = self._redis.pipeline(transaction=False)
            pipe.set(name, sandbox_id, nx=True, ex=CREATED_TTL_S)
            pipe.get(name)
            _, chosen = await pipe.execute()
            if text(chosen) != sandbox_id:
                return False
            await self._redis.sadd(self._key(sandbox_id, "keys"), key)
            await self._expire_with_cell(sandbox_id, "keys")
            return True

    async def resolve(self, key: str) -> str | None:
        async with reported():
            found = await self._redis.get(self._global(f"key:{key}"))
            if found is None:
                return None
            sandbox_id = text(found)
            exists = await self._redis.exists(self._key(sandbox_id, "cell"))
        if not exists:
            return None
        if len(self._chosen) >= MAX_REMEMBERED:
            self._chosen.clear()
        self._chosen[key] = sandbox_id
        return sandbox_id

    def recall(self, key: str) -> str | None:
        return self._chosen.get(key)

    async def keys_of(self, sandbox_id: str) -> tuple[str, ...]:
        async with reported():
            members = await self._redis.smembers(self._key(sandbox_id, "keys"))
        return tuple(sorted(text(member) for member in members))

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        async with reported():
            # This is not a transaction: Redis refuses transactions, even for reads, when it is out
            # of memory. The version comes first, so a task that changes in between makes the commit
            # lose. The time comes last, so it is later than every time in the answer.
            wanted: list[Command] = [
                ("HMGET", self._key(sandbox_id, "cell"), "version", "sandbox", "books", "schema")
            ]
            if task_id:
                wanted.append(("HGET", self._key(sandbox_id, "tasks"), task_id))
            if key:
                wanted.append(("GET", self._global(f"key:{key}")))
            cell, *rest, told = await self._lane.run(*wanted, ("TIME",))
        self._clock.heard(milliseconds(told))
        if key and text(rest.pop() or b"") != sandbox_id:
            self._chosen.pop(key, None)
            return None
        version, sandbox, books, schema = cell
        if version is None or sandbox is None or books is None:
            return None
        if reason := unreadable(schema):  # a replica of another version wrote it
            raise StoreUnavailable(f"Redis holds {reason}")
        found = decode_sandbox(sandbox)
        await self._touch(found)
        task = decode_task(rest[0]) if rest and rest[0] is not None else None
        return Snapshot(int(version), found, decode_books(books), task, task_id)

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        if changes.deliveries:  # first, so that no replica can miss what is due
            async with reported():
                await self._redis.sadd(self._global("pending"), sandbox_id)
        told = bool(changes.sandbox or changes.deliveries)
        return await self._commit(sandbox_id, version, self._commands(changes), told=told)

    async def _commit(
        self,
        sandbox_id: str,
        version: int | Literal[""],
        commands: Iterable[tuple[Any, ...]],
        *,
        told: bool = False,
    ) -> bool:
        """Runs all commands (name, part, arguments), or none if the version has changed.

        `told`: the other replicas are told about it.
        """
        message = self._notifier.message(sandbox_id)
        arguments: list[Any] = [version, self._notifier.channel if told else "", message]
        for name, part, *rest in commands:
            arguments += [len(rest) + 2, name, PARTS.index(part) + 1, *rest]
        keys = [self._key(sandbox_id, part) for part in PARTS]
        async with reported():
            return bool(await self._script("commit", keys, *arguments))

    def _commands(self, changes: Changes) -> Iterable[tuple[Any, ...]]:
        if changes.sandbox is not None:
            yield "HSET", "cell", "sandbox", encode(changes.sandbox)
        if changes.books is not None:
            yield "HSET", "cell", "books", encode(changes.books)
        if changes.tasks:
            records = [part for task in changes.tasks for part in (task.id, encode(task))]
            order = [part for task in changes.tasks for part in (task.ordinal, task.id)]
            ends = [p for task in changes.tasks for p in (expires_ms(task.plan), task.id)]
            yield "HSET", "tasks", *records
            yield "ZADD", "order", *order
            yield "ZADD", "expires", *ends
        if changes.replans:
            yield "HSET", "cell", "mark", self._clock.entropy()
        for name, value in changes.counters.items():
            yield "HSET", "counters", f"c:{name}", value
        for delivery in changes.deliveries:
            yield "HSET", "deliveries", delivery.id, encode(delivery)
            if delivery.due_ms is not None:
                yield "ZADD", "due", delivery.due_ms, member_of(delivery)

    async def delete(self, sandbox_id: str) -> bool:
        async with reported():
            keys = await self._redis.smembers(self._key(sandbox_id, "keys"))
            pipe = self._redis.pipeline(transaction=False)
            pipe.srem(self._global("sandboxes"), sandbox_id)
            pipe.srem(self._global("pending"), sandbox_id)
            for key in keys:
                pipe.unlink(self._global(f"key:{text(key)}"))
            # Last: after this it can be opened again, with a name on the lists and a key.
            pipe.unlink(*(self._key(sandbox_id, part) for part in PARTS))
            *_, gone = await pipe.execute()
        self._touched.pop(sandbox_id, None)
        await self._notifier.ring(sandbox_id)
        return bool(gone)

    async def clear(self, sandbox_id: str) -> None:
        dropped = [("UNLINK", part) for part in EMPTIED]
        fields = ("mark", self._clock.entropy(), "books", encode(Books()))
        commands = (("HSET", "cell", *fields), *dropped)
        done = False
        while not done:  # only a commit in between makes it start again
            async with reported():
                version = await self._redis.hget(self._key(sandbox_id, "cell"), "version")
            done = version is None or await self._commit(
                sandbox_id, int(version), commands, told=True
            )

    async def sandbox_ids(self) -> tuple[str, ...]:
        """Every sandbox that still exists; sandboxes that Redis let expire are forgotten here."""
        async with reported():
            members = await self._redis.smembers(self._global("sandboxes"))
            return await self._still("sandboxes", "cell", members)

    async def tasks(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> tuple[Task, ...]:
        async with reported():
            ids = await self._redis.zrangebyscore(
                self._key(sandbox_id, "order"), f"({after}", "+inf", start=0, num=limit
            )
            if not ids:
                return ()
            records = await self._redis.hmget(self._key(sandbox_id, "tasks"), ids)
        return tuple(decode_task(record) for record in records if record is not None)

    async def task_count(self, *sandbox_ids: str) -> int:
        async with reported():
            pipe = self._redis.pipeline(transaction=False)
            for sandbox_id in sandbox_ids:
                pipe.hlen(self._key(sandbox_id, "tasks"))
            return sum(await pipe.execute())

    async def spread(self, sandbox_id: str) -> Spread:
        order = self._key(sandbox_id, "order")
        async with reported():
            mark, first, last, count = await self._lane.run(
                ("HGET", self._key(sandbox_id, "cell"), "mark"),
                ("ZRANGE", order, 0, 0, "WITHSCORES"),
                ("ZRANGE", order, -1, -1, "WITHSCORES"),
                ("ZCARD", order),
            )
            numbers: Sequence[int] = (
                range(int(first[1]) // BLOCK, int(last[1]) // BLOCK + 1) if count else ()
            )
            if len(numbers) > count:  # brought in with gaps between them
                found = await self._redis.zrange(order, 0, -1, withscores=True)
                numbers = sorted({int(score) // BLOCK for _, score in found})
            blocks = [(number * BLOCK, number * BLOCK + BLOCK - 1) for number in numbers]
            sizes = await self._lane.run(*(("ZCOUNT", order, *block) for block in blocks))
        spread = {n: size for n, size in zip(numbers, sizes, strict=True) if size}
        return Spread(text(mark or b""), spread)

    async def trim(self, sandbox_id: str, now_ms: int, limit: int) -> int:
        async with reported():
            pipe = self._redis.pipeline(transaction=False)
            pipe.zrangebyscore(self._key(sandbox_id, "expires"), "-inf", now_ms)
            pipe.zcard(self._key(sandbox_id, "expires"))
            expired, count = await pipe.execute()
        if not expired and count <= limit:
            return 0
        log = [delivery async for page in delivery_pages(self, sandbox_id) for delivery in page]
        awaited = {delivery.task_id for delivery in log if delivery.due_ms is not None}
        gone = [task_id for task_id in map(text, expired) if task_id not in awaited]
        too_many = count - len(gone) - limit
        gone += await self._oldest_ended(sandbox_id, now_ms, too_many, awaited)
        if not gone:
            return 0
        dropped = set(gone)
        settled = [delivery.id for delivery in log if delivery.task_id in dropped]
        async with reported():
            pipe = self._redis.pipeline(transaction=True)
            pipe.hdel(self._key(sandbox_id, "tasks"), *gone)
            pipe.zrem(self._key(sandbox_id, "order"), *gone)
            pipe.zrem(self._key(sandbox_id, "expires"), *gone)
            if settled:
                pipe.hdel(self._key(sandbox_id, "deliveries"), *settled)
            await pipe.execute()
        return len(gone)

    async def _oldest_ended(
        self, sandbox_id: str, now_ms: int, count: int, awaited: set[str]
    ) -> list[str]:
        """The first tasks, at most `count`, that have ended but not expired, and are not awaited."""
        found: list[str] = []
        after = 0
        while len(found) < count and (page := await self.tasks(sandbox_id, after, PAGE)):
            after = page[-1].ordinal
            ended = [t for t in page if has_ended(t.plan, now_ms) and t.id not in awaited]
            found += [task.id for task in ended if expires_ms(task.plan) > now_ms]
        return found[: max(0, count)]

    async def listen(self, ring: Callable[[str], None]) -> None:
        """Reports changes that other replicas made, for ever. A lost report does no harm."""
        await self._notifier.listen(ring)

    async def close(self) -> None:
        """Closes the connections."""
        await self._redis.aclose()

    async def _touch(self, sandbox: Sandbox) -> None:
        """Moves the expiry of a sandbox to a later time, at most once a minute."""
        now_ms = self._clock.real_ms()
        if now_ms - self._touched.get(sandbox.id, -TOUCH_EVERY_MS) < TOUCH_EVERY_MS:
            return
        if len(self._touched) >= MAX_REMEMBERED:
            self._touched.clear()
        self._touched[sandbox.id] = now_ms
        keys = await self.keys_of(sandbox.id)
        async with reported():
            pipe = self._redis.pipeline(transaction=False)
            for part in PARTS:
                pipe.expire(self._key(sandbox.id, part), _ttl_s(sandbox))
            for key in keys:
                pipe.expire(self._global(f"key:{key}"), _ttl_s(sandbox))
            await pipe.execute()


def _ttl_s(sandbox: Sandbox) -> int:
    return OPENED_TTL_S if sandbox.opened_by_key else CREATED_TTL_S
