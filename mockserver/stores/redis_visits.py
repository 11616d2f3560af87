"""The open exchanges of sandboxes in mode auto, for all replicas.

What a replica reports expires. So a replica that died leaves nothing for long.
"""

from __future__ import annotations

from mockserver.engine.ports import Presence
from mockserver.stores.redis_base import RedisBase, reported
from mockserver.stores.redis_records import text

CREATION = "*"  # takes the place of a task for calls that submit a job
CREATING = "+"  # the first part of the name of a visit that submits a job
FORGOTTEN_REAL_MS = 10_000
KEPT_S = 60


class RedisVisits(RedisBase):
    """The part of `engine.ports.Store` for visits."""

    async def enter(self, sandbox_id: str, visit: str, creating: bool) -> None:
        name, until_ms = self._key(sandbox_id, "visits"), self._clock.real_ms() + self._lease_ms
        async with reported():
            await self._lane.run(
                ("ZADD", name, until_ms, _member(visit, creating)),
                ("EXPIRE", name, KEPT_S),
            )

    async def leave(
        self, sandbox_id: str, visit: str, task_id: str, creating: bool, real_ms: int
    ) -> None:
        left = self._key(sandbox_id, "left")
        ended = (real_ms, task_id, *((real_ms, CREATION) if creating else ()))
        async with reported():
            await self._lane.run(
                ("ZREM", self._key(sandbox_id, "visits"), _member(visit, creating)),
                ("ZADD", left, "GT", *ended),
                ("ZREMRANGEBYSCORE", left, "-inf", real_ms - FORGOTTEN_REAL_MS),
                ("EXPIRE", left, KEPT_S),
            )

    async def presence(self, sandbox_id: str, task_id: str) -> Presence:
        left, now_ms = self._key(sandbox_id, "left"), self._clock.real_ms()
        async with reported():
            visits, ended_ms, created_ms = await self._lane.run(
                ("ZRANGEBYSCORE", self._key(sandbox_id, "visits"), f"({now_ms}", "+inf"),
                ("ZSCORE", left, task_id),
                ("ZSCORE", left, CREATION),
            )
        creating = sum(text(visit).startswith(CREATING) for visit in visits)
        return Presence(len(visits), creating, int(ended_ms or 0), int(created_ms or 0))


def _member(visit: str, creating: bool) -> str:
    return f"{CREATING if creating else ''}{visit}"
