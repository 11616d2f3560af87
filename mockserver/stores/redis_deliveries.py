"""Callbacks in Redis: what is due, and leases, so that only one replica at a time delivers each."""

from __future__ import annotations

from typing import Any

from mockserver.domain.callback.delivery import Delivery
from mockserver.engine.ports import Pending
from mockserver.stores.redis_base import RedisBase, reported
from mockserver.stores.redis_records import decode_delivery, decode_sandbox, encode, task_of, text
from mockserver.stores.redis_time import milliseconds

PAGE = 100
LOG_PAGE = 500  # callbacks in one answer, approximately


class RedisDeliveries(RedisBase):
    """The part of `engine.ports.Store` for deliveries."""

    async def some_deliveries(
        self, sandbox_id: str, cursor: int = 0
    ) -> tuple[tuple[Delivery, ...], int]:
        async with reported():
            following, records = await self._redis.hscan(
                self._key(sandbox_id, "deliveries"), cursor, count=LOG_PAGE
            )
        return tuple([decode_delivery(record) for record in records.values()]), int(following)

    async def next_due_ms(self, sandbox_id: str) -> int | None:
        found = await self._next_due(sandbox_id)
        return found[0] if found else None

    async def next_due_task(self, sandbox_id: str) -> str:
        found = await self._next_due(sandbox_id)
        return found[1] if found else ""

    async def _next_due(self, sandbox_id: str) -> tuple[int, str] | None:
        """When the next unclaimed delivery is due, and of which task."""
        due = self._key(sandbox_id, "due")
        start, size = 0, PAGE
        while size == PAGE:  # one page, or more if a whole page of them is leased
            async with reported():
                members, leases = await self._lane.run(
                    ("ZRANGE", due, start, start + PAGE - 1, "WITHSCORES"),
                    ("HGETALL", self._key(sandbox_id, "leases")),
                )
            leased = self._live(dict(zip(leases[::2], leases[1::2], strict=True)))
            for member, score in zip(members[::2], members[1::2], strict=True):
                if task_of(member) not in leased:
                    return int(score), task_of(member)
            start, size = start + PAGE, len(members) // 2
        return None

    async def claim(self, sandbox_id: str, now_ms: int, limit: int) -> tuple[Delivery, ...]:
        real_ms = self._clock.real_ms()
        until_ms = real_ms + self._lease_ms
        arguments: list[Any] = ["claim", now_ms, limit, real_ms, until_ms, self._owner]
        async with reported():
            records = await self._script("lease", self._lease_keys(sandbox_id), *arguments)
        return tuple(decode_delivery(record) for record in records)

    async def claims(self, sandbox_id: str) -> int:
        async with reported():
            return len(self._live(await self._redis.hgetall(self._key(sandbox_id, "leases"))))

    def _live(self, leases: dict[bytes, bytes]) -> set[str]:
        now_ms = self._clock.real_ms()
        return {text(task) for task, lease in leases.items() if int(lease.split()[0]) > now_ms}

    async def settle(self, sandbox_id: str, delivery: Delivery) -> None:
        due = "" if delivery.due_ms is None else delivery.due_ms
        told = (self._notifier.channel, self._notifier.message(sandbox_id))
        written = (self._owner, delivery.id, encode(delivery), due)
        arguments: list[Any] = ["release", delivery.task_id, *written, *told]
        async with reported():
            if delivery.due_ms is not None:
                await self._redis.sadd(self._global("pending"), sandbox_id)
            await self._script("lease", self._lease_keys(sandbox_id), *arguments)

    async def pending(self) -> tuple[Pending, ...]:
        """Sandboxes with something due or leased; the others are removed from the list.

        The server asks this at least once a second, so its time stays fresh between calls.
        """
        async with reported():
            pipe = self._redis.pipeline(transaction=False)
            pipe.smembers(self._global("pending"))
            pipe.time()
            members, told = await pipe.execute()
            self._clock.heard(milliseconds(told))
            names = await self._still("pending", "due", members)
            pipe = self._redis.pipeline(transaction=False)
            for name in names:
                pipe.zrange(self._key(name, "due"), 0, 0, withscores=True)
                pipe.hget(self._key(name, "cell"), "sandbox")
            found = await pipe.execute()
        return tuple(
            Pending(name, decode_sandbox(record).clock, int(first[0][1]))
            for name, first, record in zip(names, found[::2], found[1::2], strict=True)
            if first and record is not None  # else it has gone in between
        )

    def _lease_keys(self, sandbox_id: str) -> list[str]:
        return [self._key(sandbox_id, part) for part in ("cell", "due", "leases", "deliveries")]
