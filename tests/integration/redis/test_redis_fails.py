"""Redis fails under a running server: a clear 503 meanwhile, and nothing accepted is lost."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import redis

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes, StoreUnavailable
from mockserver.domain.time.clock import start_clock
from tests.integration.redis.conftest import Serve
from tests.support.patience import awaiting
from tests.support.receiver import Receiver
from tests.support.redis_server import RedisProcess
from tests.support.redis_store import opened_redis_store
from tests.support.serving import client_of

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
CHAT = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}
EVERYWHERE = [
    ("POST", "/apiyi/v1/videos"),
    ("GET", "/apiyi/v1/videos/{task}"),
    ("GET", "/apiyi/v1/videos/{task}/content"),
    ("POST", "/apiyi/v1/chat/completions"),
    ("GET", "/kie/api/v1/chat/credit"),
    ("GET", "/xcompute/v1/tasks/{task}"),
    ("GET", "/media/sandbox/{task}-0-720p.mp4"),
    ("GET", "/_mock/v1/sandboxes/current/tasks"),
    ("GET", "/_mock/v1/sandboxes"),
    ("GET", "/_mock/v1/health"),
    ("GET", "/_mock/metrics"),
]


def _create(client: httpx.Client) -> httpx.Response:
    return client.post("/apiyi/v1/videos", json=VIDEO)


def _task_ids(client: httpx.Client) -> list[str]:
    tasks = client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]
    return [task["id"] for task in tasks]


def test_requests_get_a_503_of_ours_while_redis_is_down_and_tasks_are_there_when_it_is_back(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    with client_of(serve(own_redis.url, "down", metrics=True), key) as client:
        task = _create(client).json()
        own_redis.stop()
        for method, path in EVERYWHERE:
            refused = client.request(method, path.format(task=task["id"]), json=CHAT)
            assert refused.status_code == 503, path
            assert refused.headers["x-mock-store"] == "unavailable"
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.headers["retry-after"] == "1"
            assert "Redis" in refused.json()["detail"]
        assert client.get("/_mock/v1/version").status_code == 200
        assert client.get("/").status_code == 200
        own_redis.start()
        assert client.get(f"/apiyi/v1/videos/{task['id']}").json()["id"] == task["id"]
        assert client.get("/_mock/v1/health").status_code == 200
        assert _create(client).status_code == 200


def test_that_redis_is_gone_and_back_is_logged_once_each(
    own_redis: RedisProcess, serve: Serve, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with client_of(serve(own_redis.url, "logged"), key) as client:
        own_redis.stop()
        while "requests get a 503" not in caplog.text:
            assert client.get("/_mock/v1/health").status_code == 503  # each turn is a round trip
        own_redis.start()
        while "the store is there again" not in caplog.text:
            client.get("/_mock/v1/health")
    assert caplog.text.count("requests get a 503") == 1
    assert caplog.text.count("the store is there again") == 1


def test_nothing_fails_over_a_connection_that_has_died_unused(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    with (
        client_of(serve(own_redis.url, "unused"), key) as client,
        ThreadPoolExecutor(16) as crowd,
    ):
        path = f"/apiyi/v1/videos/{_create(client).json()['id']}"

        def read(_: int) -> int:
            return client.get(path).status_code

        assert set(crowd.map(read, range(64))) == {200}  # over many connections at once
        own_redis.stop()
        own_redis.start()
        while client.get("/_mock/v1/health").status_code != 200:
            pass  # each turn is a round trip: the server hears that its connections are closed
        assert set(crowd.map(read, range(64))) == {200}


def test_a_stream_outlives_a_restart_of_redis(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    server = serve(own_redis.url, "restart")
    with (
        client_of(server, key) as client,
        client_of(server, key) as other,
        client.stream("POST", "/apiyi/v1/chat/completions", json=CHAT) as reply,
    ):
        chunks = reply.iter_raw()
        seen = [next(chunks)]
        own_redis.stop()
        assert _create(other).status_code == 503
        own_redis.start()
        advanced = other.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
        assert advanced.status_code == 200, advanced.text
        seen += chunks
    assert b"".join(seen).endswith(b"data: [DONE]\n\n")


def test_a_callback_that_redis_forgot_the_outcome_of_is_delivered_again(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    def stop_at_first(body: dict[str, Any]) -> int:
        if own_redis.process is not None and not receiver.received:
            own_redis.stop()
        return 200

    receiver = Receiver(stop_at_first)
    try:
        server = serve(own_redis.url, "forgot", clock="real", speed=1e6)
        with client_of(server, key) as client:
            body = {"prompt": "a cat", "callBackUrl": receiver.url}
            assert client.post("/kie/api/v1/veo/generate", json=body).json()["code"] == 200
            receiver.wait_for(1)
            own_redis.start()
            receiver.wait_for(2)
            receiver_saw = [each["data"]["taskId"] for each in receiver.received]
            assert receiver_saw == [receiver_saw[0]] * 2
    finally:
        receiver.close()


def test_a_slow_redis_makes_requests_wait_and_not_fail(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    with client_of(serve(own_redis.url, "slow"), key) as client:
        _create(client)
        with redis.Redis.from_url(own_redis.url) as control:
            control.execute_command("CLIENT", "PAUSE", "700", "ALL")
        assert _create(client).status_code == 200


def test_a_redis_out_of_memory_refuses_new_tasks_and_still_shows_the_old_ones(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    body = {"prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/c"}
    with client_of(serve(own_redis.url, "full"), key) as client:
        task = _create(client).json()
        with redis.Redis.from_url(own_redis.url) as control:
            control.config_set("maxmemory", "1kb")
            assert _create(client).status_code == 503
            assert client.post("/kie/api/v1/veo/generate", json=body).status_code == 503
            read = client.get(f"/apiyi/v1/videos/{task['id']}")
            assert read.status_code == 200, read.text
            control.config_set("maxmemory", "0")
        assert _task_ids(client) == [task["id"]], "what was refused was not half done"
        assert client.get("/_mock/v1/sandboxes/current/callbacks").json()["callbacks"] == []
        assert _create(client).status_code == 200


def test_a_connection_cut_in_the_middle_of_a_creation_makes_one_task_at_most(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    with (
        client_of(serve(own_redis.url, "cut"), key) as client,
        redis.Redis.from_url(own_redis.url) as control,
        ThreadPoolExecutor(1) as elsewhere,
    ):
        before = [_create(client).json()["id"]]
        control.execute_command("CLIENT", "PAUSE", "60000", "WRITE")
        creating = elsewhere.submit(_create, client)
        with awaiting("the commit in Redis"):
            while not control.info("clients")["blocked_clients"]:
                pass  # each turn is a round trip
        control.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        control.execute_command("CLIENT", "UNPAUSE")
        cut = creating.result(10)
        assert cut.status_code == 503
        assert cut.headers["x-mock-store"] == "unavailable"
        assert _task_ids(client)[:1] == before and len(_task_ids(client)) <= 2
        after = _create(client).json()["id"]
        assert _task_ids(client)[-1] == after


def test_a_connection_cut_in_the_middle_of_a_claim_leaves_the_delivery_to_the_next_lease(
    own_redis: RedisProcess,
) -> None:
    async def scenario() -> None:
        async with (
            opened_redis_store(own_redis.url, "cut", lease_ms=300) as cut,
            opened_redis_store(own_redis.url, "cut", lease_ms=300) as other,
            redis.asyncio.Redis.from_url(own_redis.url) as control,
        ):
            await cut.create(Sandbox("sb", "seed", start_clock("manual", 0)))
            delivery = Delivery("t:finished", "t", "kie", "finished", "http://127.0.0.1/c", 5, 5)
            assert await cut.commit("sb", 1, Changes(deliveries=(delivery,)))
            await control.execute_command("CLIENT", "PAUSE", "200", "WRITE")
            claim = asyncio.ensure_future(cut.claim("sb", 10, 1))
            for _ in range(20):  # let the claim leave before its connection is killed
                await control.ping()
            await control.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            try:
                taken = await claim
            except StoreUnavailable:
                taken = ()
            retaken: tuple[Delivery, ...] = ()
            with awaiting("the end of the lease"):
                while not taken and not retaken:
                    retaken = await other.claim("sb", 10, 1)
            assert taken + retaken == (delivery,)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("path", "setting", "named"),
    [
        ("faults", {"fault": "media_not_found"}, b"media_not_found"),
        ("scenario", {"name": "slow_queue"}, b"slow_queue"),
    ],
)
def test_what_only_another_replica_knows_is_a_503_that_names_it(
    own_redis: RedisProcess,
    serve: Serve,
    key: str,
    path: str,
    setting: dict[str, str],
    named: bytes,
) -> None:
    server = serve(own_redis.url, "plugin")
    with (
        client_of(server, key) as client,
        redis.Redis.from_url(own_redis.url) as control,
    ):
        home = "/_mock/v1/sandboxes/current"
        method = "POST" if path == "faults" else "PUT"
        client.request(method, f"{home}/{path}", json=setting).raise_for_status()
        [cell] = [
            name
            for name in control.keys("plugin:*")
            if control.type(name) == b"hash" and control.hexists(name, "sandbox")
        ]
        record = control.hget(cell, "sandbox")
        assert record.count(named) == 1
        control.hset(cell, "sandbox", record.replace(named, named[:-2] + b"_x"))
    other = serve(own_redis.url, "plugin")
    with client_of(other, key) as client:
        refused = _create(client)
        assert (refused.status_code, refused.headers["x-mock-store"]) == (503, "unavailable")
        assert (named[:-2] + b"_x").decode() in refused.json()["detail"]


def test_a_garbled_record_is_a_503_that_names_it(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    with (
        client_of(serve(own_redis.url, "garbled"), key) as client,
        redis.Redis.from_url(own_redis.url) as control,
    ):
        task_id = _create(client).json()["id"]
        [tasks] = control.keys("garbled:*:tasks")
        control.hset(tasks, task_id, b"\xc1garbled")
        read = client.get(f"/apiyi/v1/videos/{task_id}")
        assert (read.status_code, read.headers["x-mock-store"]) == (503, "unavailable")
        assert "a record Task is garbled" in read.json()["detail"]
        assert client.get("/apiyi/v1/models").status_code == 200
