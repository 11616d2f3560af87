"""A replica is killed with SIGKILL: what it had accepted is served and delivered by the others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import redis

from tests.support.patience import PATIENCE_S
from tests.support.receiver import Receiver
from tests.support.replicas import Replica, replicas

CHAT = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}
COUNT = 10


class Held:
    """Holds every callback without an answer until it is let go."""

    def __init__(self) -> None:
        self._let_go = threading.Event()
        self._arrived = threading.Semaphore(0)

    def __call__(self, body: dict[str, Any]) -> int:
        self._arrived.release()
        self._let_go.wait(20)
        return 200

    def wait_for(self, count: int) -> None:
        """Returns when so many are held."""
        for _ in range(count):
            assert self._arrived.acquire(timeout=PATIENCE_S)

    def let_go(self) -> None:
        """Answers all of them, and all that come later at once."""
        self._let_go.set()


@pytest.fixture
def held() -> Iterator[tuple[Held, Receiver]]:
    answer = Held()
    receiver = Receiver(answer)
    yield answer, receiver
    answer.let_go()
    receiver.close()


def _submit(client: httpx.Client, callback_url: str, **fields: object) -> list[str]:
    body = {"prompt": "a cat", "callBackUrl": callback_url, **fields}
    replies = [client.post("/kie/api/v1/veo/generate", json=body).json() for _ in range(COUNT)]
    return [reply["data"]["taskId"] for reply in replies]


def _record(client: httpx.Client, task_id: str) -> dict[str, Any]:
    found = client.get(f"/kie/api/v1/veo/record-info?taskId={task_id}").json()
    assert found["code"] == 200, found
    data: dict[str, Any] = found["data"]
    return data


def _leased_until_ms(url: str, prefix: str) -> dict[str, int]:
    """When the lease of each task ends, by the Redis server's clock."""
    with redis.Redis.from_url(url, decode_responses=True) as client:
        (name,) = client.scan_iter(f"{prefix}:*:leases")
        return {task: int(lease.split()[0]) for task, lease in client.hgetall(name).items()}


def test_callbacks_in_the_midst_of_delivery_come_again_once_and_not_before_the_lease_ends(
    redis_url: str, key: str, held: tuple[Held, Receiver]
) -> None:
    answer, receiver = held
    options = ("--store", redis_url, "--store-prefix", key, "--clock", "manual", "--speed", "1")
    with replicas(1, *options, "--callback-timeout", "2s") as (doomed,):
        with doomed.client(key) as client:
            made = _submit(client, receiver.url)
            hurry = {"mode": "real", "rate": 10_000}  # all of them are due in a moment
            client.put("/_mock/v1/sandboxes/current/clock", json=hurry).raise_for_status()
        answer.wait_for(COUNT)
        until_ms = _leased_until_ms(redis_url, key)
        assert set(until_ms) == set(made)
        doomed.end(brutally=True)
    answer.let_go()
    with replicas(1, *options, "--callback-timeout", "2s") as (heir,):
        receiver.wait_for(2 * COUNT)
        with heir.client(key) as client:
            assert {_record(client, task_id)["successFlag"] for task_id in made} == {1}
            log = client.get("/_mock/v1/sandboxes/current/callbacks").json()["callbacks"]
            entries = client.get("/_mock/v1/sandboxes/current/journal?kind=delivery").json()
    assert Counter(body["data"]["taskId"] for body in receiver.received) == dict.fromkeys(made, 2)
    assert {delivery["state"] for delivery in log} == {"acknowledged"}
    started_ms = {entry["task_id"]: entry["real_ms"] for entry in entries["entries"]}
    assert all(started_ms[task_id] >= until_ms[task_id] for task_id in made)


def test_callbacks_that_were_not_yet_due_come_once_from_the_survivor(
    redis_url: str, key: str
) -> None:
    receiver = Receiver()
    options = ("--store", redis_url, "--store-prefix", key, "--clock", "manual", "--speed", "1")
    try:
        with replicas(2, *options) as (doomed, survivor):
            with doomed.client(key) as client:
                made = _submit(client, receiver.url)
            doomed.end(brutally=True)
            with survivor.client(key) as client:
                assert {_record(client, task_id)["successFlag"] for task_id in made} == {0}
                path = "/_mock/v1/sandboxes/current/clock/advance"
                client.post(path, json={"by": "1h"}).raise_for_status()
                assert {_record(client, task_id)["successFlag"] for task_id in made} == {1}
        told = [body["data"]["taskId"] for body in receiver.received]
        assert sorted(told) == sorted(made)
    finally:
        receiver.close()


def test_a_stream_cut_by_a_killed_replica_is_no_success_and_its_task_goes_on_elsewhere(
    redis_url: str, key: str
) -> None:
    options = ("--store", redis_url, "--store-prefix", key, "--clock", "manual", "--speed", "1")
    with replicas(2, *options) as (doomed, survivor):
        _read_until_killed(doomed, key)
        with survivor.client(key) as client:
            client.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
            (task,) = client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]
            assert task["phase"] == "succeeded"
            assert client.get(f"/apiyi/v1/videos/{task['id']}").json()["status"] == "completed"


def _read_until_killed(doomed: Replica, key: str) -> None:
    with (
        doomed.client(key) as client,
        pytest.raises(httpx.RemoteProtocolError),
        client.stream("POST", "/apiyi/v1/chat/completions", json=CHAT) as reply,
    ):
        for _ in reply.iter_raw():
            doomed.process.kill()
