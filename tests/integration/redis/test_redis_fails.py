"""Redis fails under a running server: a clear 503 meanwhile, and nothing accepted is lost."""

from __future__ import annotations

import asyncio

import httpx
import redis

from mockserver.domain.clock import start_clock
from mockserver.domain.delivery import Delivery
from mockserver.domain.sandbox import Sandbox
from mockserver.engine.ports import Changes, StoreUnavailable
from tests.support.redis_server import RedisProcess
from tests.support.redis_store import redis_store
from tests.support.replicas import replicas

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}


def _create(client: httpx.Client) -> httpx.Response:
    return client.post("/apiyi/v1/videos", json=VIDEO)


def test_requests_get_a_503_of_ours_while_redis_is_down_and_tasks_are_there_when_it_is_back(
    own_redis: RedisProcess, key: str
) -> None:
    with replicas(1, "--store", own_redis.url) as (server,), server.client(key) as client:
        task = _create(client).json()
        own_redis.stop()
        refused = _create(client)
        assert refused.status_code == 503
        assert refused.headers["x-mock-store"] == "unavailable"
        assert refused.headers["content-type"] == "application/problem+json"
        health = client.get("/_mock/v1/health")
        assert health.status_code == 503
        assert "Redis" in health.text
        own_redis.start()
        assert client.get(f"/apiyi/v1/videos/{task['id']}").json()["id"] == task["id"]
        assert client.get("/_mock/v1/health").status_code == 200


def test_a_slow_redis_makes_requests_wait_and_not_fail(own_redis: RedisProcess, key: str) -> None:
    with replicas(1, "--store", own_redis.url) as (server,), server.client(key) as client:
        _create(client)
        with redis.Redis.from_url(own_redis.url) as control:
            control.execute_command("CLIENT", "PAUSE", "700", "ALL")
        assert _create(client).status_code == 200


def test_a_redis_out_of_memory_refuses_new_tasks_and_still_shows_the_old_ones(
    own_redis: RedisProcess, key: str
) -> None:
    with replicas(1, "--store", own_redis.url) as (server,), server.client(key) as client:
        task = _create(client).json()
        with redis.Redis.from_url(own_redis.url) as control:
            control.config_set("maxmemory", "1kb")
            assert _create(client).status_code == 503
            read = client.get(f"/apiyi/v1/videos/{task['id']}")
            assert read.status_code == 200, read.text
            control.config_set("maxmemory", "0")
        assert _create(client).status_code == 200


def test_a_connection_cut_in_the_middle_of_a_claim_leaves_the_delivery_to_the_next_lease(
    own_redis: RedisProcess,
) -> None:
    async def scenario() -> None:
        cut = redis_store(own_redis.url, "cut", lease_ms=300)
        other = redis_store(own_redis.url, "cut", lease_ms=300)
        await cut.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        delivery = Delivery("t:finished", "t", "kie", "finished", "http://127.0.0.1/c", 5, 5)
        assert await cut.commit("sb", 1, Changes(deliveries=(delivery,)))
        pause = redis.asyncio.Redis.from_url(own_redis.url)
        await pause.execute_command("CLIENT", "PAUSE", "200", "WRITE")
        claim = asyncio.ensure_future(cut.claim("sb", 10, 1))
        for _ in range(20):  # let the claim leave before its connection is killed
            await pause.ping()
        await pause.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        try:
            taken = await claim
        except StoreUnavailable:
            taken = ()
        retaken: tuple[Delivery, ...] = ()
        while not taken and not retaken:  # bounded by the lease, then by the test's own time limit
            retaken = await other.claim("sb", 10, 1)
        assert taken + retaken == (delivery,)
        for store in (cut, other):
            await store.close()
        await pause.aclose()

    asyncio.run(scenario())
