"""Replicas tell one another what has changed; a hint that is lost costs a second and nothing else."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import redis
from msgspec.structs import replace

from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.stores.redis import RedisStore
from tests.integration.redis.conftest import Serve
from tests.support.redis_server import RedisProcess
from tests.support.redis_store import opened_redis_store
from tests.support.serving import client_of

CHAT = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}


def _sandbox(name: str) -> Sandbox:
    return Sandbox(name, "seed", start_clock("manual", 0))


async def _change(store: RedisStore, name: str) -> None:
    """Moves a sandbox's clock, which the others are told of."""
    snapshot = await store.load(name)
    assert snapshot is not None
    moved = replace(snapshot.sandbox, clock=snapshot.sandbox.clock.jump(1))
    assert await store.commit(name, snapshot.version, Changes(sandbox=moved))


class Listening:
    """A replica that listens and keeps what it hears."""

    def __init__(self, store: RedisStore) -> None:
        self.heard: list[str] = []
        self._news = asyncio.Event()
        self.task = asyncio.ensure_future(store.listen(self._ring))

    def _ring(self, sandbox_id: str) -> None:
        self.heard.append(sandbox_id)
        self._news.set()

    async def until(self, sandbox_id: str) -> None:
        """Waits until it has heard of a sandbox."""
        while sandbox_id not in self.heard:
            await self._news.wait()
            self._news.clear()

    async def stop(self) -> None:
        """Listens no more."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def _subscribed(url: str, prefix: str, count: int) -> None:
    """Waits until so many replicas listen."""
    async with redis.asyncio.Redis.from_url(url) as client:
        while (await client.pubsub_numsub(f"{prefix}:notifier"))[0][1] != count:
            pass  # each turn is a round trip; bounded by the test's time limit


def test_a_replica_hears_of_the_others_changes_and_not_of_its_own(redis_url: str) -> None:
    async def scenario() -> tuple[list[str], list[str]]:
        async with (
            opened_redis_store(redis_url, "hints") as one,
            opened_redis_store(redis_url, "hints") as two,
        ):
            await one.create(_sandbox("first"))
            await two.create(_sandbox("second"))
            ears = [Listening(one), Listening(two)]
            await _subscribed(redis_url, "hints", 2)
            await _change(one, "first")
            await _change(two, "second")
            await ears[1].until("first")
            await ears[0].until("second")
            await one.delete("first")
            await ears[1].stop()
            await ears[0].stop()
            return ears[0].heard, ears[1].heard[:1]

    assert asyncio.run(scenario()) == (["second"], ["first"])


def test_a_replica_whose_subscription_is_cut_listens_again(own_redis: RedisProcess) -> None:
    async def scenario() -> list[str]:
        url = own_redis.url
        async with opened_redis_store(url, "cut") as one, opened_redis_store(url, "cut") as two:
            await one.create(_sandbox("sb"))
            ear = Listening(two)
            await _subscribed(url, "cut", 1)
            async with redis.asyncio.Redis.from_url(url) as control:
                await control.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            await _subscribed(url, "cut", 0)
            await _subscribed(url, "cut", 1)
            await _change(one, "sb")
            await ear.until("sb")
            await ear.stop()
            return ear.heard

    assert asyncio.run(scenario()) == ["sb"]


def test_a_change_that_cannot_be_told_is_made_all_the_same(own_redis: RedisProcess) -> None:
    async def scenario() -> None:
        with redis.Redis.from_url(own_redis.url) as control:
            control.acl_setuser("default", enabled=True, nopass=True, commands=["-publish"])
        async with opened_redis_store(own_redis.url, "mute") as store:
            assert await store.create(_sandbox("sb"))
            await _change(store, "sb")
            await store.clear("sb")
            assert await store.delete("sb")

    asyncio.run(scenario())


def test_a_stream_whose_hint_is_lost_goes_on_all_the_same(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    servers = [serve(own_redis.url, "lost") for _ in range(2)]
    with redis.Redis.from_url(own_redis.url) as control:
        control.acl_setuser("default", enabled=True, nopass=True, commands=["-publish"])
    chunks: list[bytes] = []
    opened = threading.Event()

    def listen() -> None:
        with (
            client_of(servers[0], key) as client,
            client.stream("POST", "/apiyi/v1/chat/completions", json=CHAT) as reply,
        ):
            for chunk in reply.iter_raw():
                chunks.append(chunk)
                opened.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert opened.wait(10)
    with client_of(servers[1], key) as other:
        advanced = other.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
        assert advanced.status_code == 200, advanced.text
    listener.join(10)
    assert not listener.is_alive()
    assert b"".join(chunks).endswith(b"data: [DONE]\n\n")
