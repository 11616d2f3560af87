"""The journal in Redis (a stream of limited length), and the counters."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.journal.journal import Draft, Page
from mockserver.stores.redis_base import RedisBase, reported
from mockserver.stores.redis_records import decode_entry, encode, sequence, stream_id, text

JOURNAL_ENTRIES = 5_000


class RedisJournal(RedisBase):
    """The part of `engine.ports.Store` for journal and counters."""

    async def record(self, sandbox_id: str, draft: Draft) -> int:
        keys = [self._key(sandbox_id, part) for part in ("cell", "journal", "counters")]
        async with reported():
            added = await self._script("append", keys, JOURNAL_ENTRIES, encode(draft.entry()))
        return sequence(added) if added else 0

    async def journal(
        self, sandbox_id: str, after: int = 0, limit: int = 1000, *, brief: bool = False
    ) -> Page:
        stream = self._key(sandbox_id, "journal")
        start = f"({stream_id(after)}" if after else "-"
        async with reported():
            found, length, newest, (recorded, cleared) = await self._lane.run(
                ("XRANGE", stream, start, "+", "COUNT", max(1, limit)),  # 0: nil
                ("XLEN", stream),
                ("XREVRANGE", stream, "+", "-", "COUNT", 1),
                ("HMGET", self._key(sandbox_id, "counters"), "journal", "journal_cleared"),
            )
        entries = tuple(
            replace(decode_entry(entry), seq=sequence(added)) for added, (_, entry) in found[:limit]
        )
        total = int(recorded or 0)
        last = sequence(newest[0][0]) if newest else 0
        return Page(entries, total - int(cleared or 0) - length, total, last)

    async def clear_journal(self, sandbox_id: str) -> None:
        stream = self._key(sandbox_id, "journal")
        async with reported():
            length = await self._redis.xlen(stream)
            await self._redis.xtrim(stream, maxlen=0, approximate=False)
            await self._redis.hincrby(self._key(sandbox_id, "counters"), "journal_cleared", length)

    async def count(self, sandbox_id: str, counter: str) -> int:
        async with reported():
            counters = self._key(sandbox_id, "counters")
            return int(await self._redis.hincrby(counters, f"c:{counter}", 1))

    async def set_once(self, sandbox_id: str, counter: str, value: int) -> int:
        counters, name = self._key(sandbox_id, "counters"), f"c:{counter}"
        async with reported():
            await self._redis.hsetnx(counters, name, str(value))
            found = await self._redis.hget(counters, name)
        return value if found is None else int(found)  # None: emptied in between

    async def counters(self, sandbox_id: str, prefix: str = "") -> dict[str, int]:
        async with reported():
            found = await self._redis.hgetall(self._key(sandbox_id, "counters"))
        named = {text(name): int(value) for name, value in found.items()}
        wanted = f"c:{prefix}"
        return {name[2:]: value for name, value in named.items() if name.startswith(wanted)}
