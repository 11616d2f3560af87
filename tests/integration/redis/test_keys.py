"""What Reelmock leaves in a Redis: keys under one prefix that all expire with their sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import redis
from msgspec.structs import replace

from mockserver.app import Running
from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.ports import Pending
from mockserver.stores.redis import OPENED_TTL_S
from mockserver.stores.redis_journal import JOURNAL_ENTRIES
from tests.integration.redis.conftest import Serve
from tests.support.redis_store import opened_redis_store
from tests.support.serving import client_of
from tests.support.some import some

GLOBAL = {"sandboxes", "pending"}
DELIVERY = Delivery("t:finished", "t", "kie", "finished", "http://127.0.0.1:9/c", 5, 5)
SANDBOX = Sandbox("sb", "seed", start_clock("manual", 0), opened_by_key=True)


@pytest.fixture
def held(redis_url: str) -> Iterator[redis.Redis]:
    """A client that looks into the Redis of the run."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


def _use(server: Running, key: str) -> None:
    """Fills every part of a sandbox: task, callback, counter, journal."""
    with client_of(server, key) as client:
        rule = {"fault": "extra_field", "times": 5, "when": {"call_phase": "create"}}
        added = client.post("/_mock/v1/sandboxes/current/faults", json=rule)
        assert added.status_code == 201, added.text
        body = {"prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/c"}
        assert client.post("/kie/api/v1/veo/generate", json=body).json()["code"] == 200


def _keys(held: redis.Redis, prefix: str) -> dict[str, int]:
    """Every key of a sandbox, and how many seconds it has left; -1 means for ever."""
    names = [str(name) for name in held.scan_iter(f"{prefix}:*")]
    return {n: held.ttl(n) for n in names if n.removeprefix(f"{prefix}:") not in GLOBAL}


def test_every_key_of_a_sandbox_that_was_used_once_expires(
    serve: Serve, redis_url: str, key: str, held: redis.Redis
) -> None:
    _use(serve(redis_url, f"once-{key}"), key)
    left_s = _keys(held, f"once-{key}")
    parts = {name.rpartition(":")[2] for name in left_s}
    assert {"cell", "tasks", "order", "deliveries", "due", "keys", "journal", "counters"} <= parts
    assert {n: s for n, s in left_s.items() if "}:" in n and not 0 < s <= OPENED_TTL_S} == {}
    assert not [name for name, s in left_s.items() if s < 0]


def test_what_comes_behind_the_first_call_or_a_reset_expires_too(
    redis_url: str, held: redis.Redis
) -> None:
    async def scenario() -> None:
        async with opened_redis_store(redis_url, "reset") as store:
            await store.create(SANDBOX)
            assert await store.bind("a hash", "sb")
            await store.record("sb", Exchange(1, 2))
            await store.clear("sb")
            await store.record("sb", Exchange(1, 2))
            await store.count("sb", "rule:1")
            assert await store.commit("sb", 2, Changes(deliveries=(DELIVERY,)))
            (claimed,) = await store.claim("sb", 10, 1)
            await store.settle("sb", replace(claimed, due_ms=20))

    asyncio.run(scenario())
    assert not [name for name, s in some(_keys(held, "reset").items()) if s < 0]


def test_a_sandbox_that_has_expired_is_forgotten_and_its_key_opens_a_new_one(
    serve: Serve, redis_url: str, key: str, held: redis.Redis
) -> None:
    server = serve(redis_url, f"gone-{key}")
    _use(server, key)
    for name in _keys(held, f"gone-{key}"):
        if "}:" in name:
            held.pexpire(name, 0)
    with client_of(server, key) as client:
        assert client.get("/_mock/v1/health").json()["sandboxes"] == 0
        _use(server, key)
        assert client.get("/_mock/v1/health").json()["sandboxes"] == 1
        assert len(client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]) == 1


@pytest.mark.parametrize("gone", ["deleted", "expired"])
def test_what_comes_for_a_sandbox_that_is_gone_leaves_nothing_behind(
    redis_url: str, held: redis.Redis, gone: str
) -> None:
    async def scenario() -> tuple[Pending, ...]:
        async with opened_redis_store(redis_url, f"ghost-{gone}") as store:
            await store.create(SANDBOX)
            await store.commit("sb", 1, Changes(deliveries=(DELIVERY,)))
            (claimed,) = await store.claim("sb", 10, 1)
            if gone == "deleted":
                assert await store.delete("sb")
            for name in _keys(held, f"ghost-{gone}"):
                held.pexpire(name, 0)
            await store.settle("sb", replace(claimed, due_ms=20))
            await store.record("sb", Exchange(1, 2))
            assert await store.next_due_ms("sb") is None
            return await store.pending()

    assert asyncio.run(scenario()) == ()
    assert _keys(held, f"ghost-{gone}") == {}


def test_servers_with_different_prefixes_know_nothing_of_one_another(
    serve: Serve, redis_url: str, key: str, held: redis.Redis
) -> None:
    before = set(held.scan_iter("*"))
    servers = [serve(redis_url, f"{name}-{key}") for name in ("one", "two")]
    _use(servers[0], key)
    counted = []
    for server in servers:
        with client_of(server, key) as client:
            counted.append(client.get("/_mock/v1/health").json()["sandboxes"])
    assert counted == [1, 0]
    mine = {str(name) for name in set(held.scan_iter("*")) - before if key in str(name)}
    assert all(name.startswith(f"one-{key}:") for name in some(mine))


def test_the_journal_is_a_stream_that_drops_its_oldest_entries_and_says_how_many(
    redis_url: str, held: redis.Redis
) -> None:
    surplus = 500  # Redis frees whole nodes of 100 entries
    stream = "capped:{sb}:journal"

    async def scenario() -> tuple[int, int]:
        async with opened_redis_store(redis_url, "capped") as store:
            await store.create(SANDBOX)
            for number in range(JOURNAL_ENTRIES + surplus):
                await store.record("sb", Exchange(number, number))
            page = await store.journal("sb", limit=1)
            assert page.total == JOURNAL_ENTRIES + surplus
            assert page.entries[0].real_ms == page.dropped
            return page.dropped, page.total

    dropped, total = asyncio.run(scenario())
    assert held.type(stream) == "stream"
    assert held.xlen(stream) == total - dropped
    assert JOURNAL_ENTRIES <= total - dropped < JOURNAL_ENTRIES + 200
