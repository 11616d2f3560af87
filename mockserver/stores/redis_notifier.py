"""Replicas tell each other which sandbox has changed. A lost message does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError

from mockserver.stores.redis_records import text

QUIET_S = 5  # after this time, we check whether the connection still works
PAUSE_S = 0.5
FAILURES = (RedisError, OSError, TimeoutError)


class RedisBell:
    """One replica's end of a channel."""

    def __init__(self, client: Any, channel: str, owner: str) -> None:
        self._redis = client
        self.channel = channel
        self._owner = owner

    def message(self, sandbox_id: str) -> str:
        """The message to the other replicas: the sender and the sandbox."""
        return f"{self._owner} {sandbox_id}"

    async def ring(self, sandbox_id: str) -> None:
        """Tells the others of a change."""
        with suppress(*FAILURES):
            await self._redis.publish(self.channel, self.message(sandbox_id))

    async def listen(self, ring: Callable[[str], None]) -> None:
        """Passes on the messages of the other replicas, for ever."""
        while True:
            with suppress(*FAILURES):
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(self.channel)
                    while True:
                        message = await subscription.get_message(timeout=QUIET_S)
                        owner, _, sandbox_id = text(message["data"] if message else "").partition(
                            " "
                        )
                        if sandbox_id and owner != self._owner:
                            ring(sandbox_id)
            await _a_moment()


async def _a_moment() -> None:
    """A pause before the next attempt, so that a dead server does not get too many."""
    waiter: Awaitable[None] = asyncio.get_running_loop().create_future()
    with suppress(TimeoutError):
        await asyncio.wait_for(waiter, PAUSE_S)
