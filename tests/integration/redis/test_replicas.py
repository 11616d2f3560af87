"""Two servers on one Redis are one Reelmock."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.support.receiver import Receiver
from tests.support.replicas import Replica, replicas

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}


@pytest.fixture(scope="module")
def pair(redis_url: str) -> Iterator[list[Replica]]:
    options = ("--store", redis_url, "--store-prefix", "pair", "--speed", "1", "--clock", "manual")
    with replicas(2, *options, "--callback-timeout", "1s") as running:
        yield running


def test_a_task_made_at_one_replica_is_read_at_the_other(pair: list[Replica], key: str) -> None:
    with pair[0].client(key) as first, pair[1].client(key) as second:
        task = first.post("/apiyi/v1/videos", json=VIDEO).json()
        assert second.get(f"/apiyi/v1/videos/{task['id']}").json() == task


def test_a_clock_advanced_at_one_replica_wakes_a_stream_at_the_other(
    pair: list[Replica], key: str
) -> None:
    body = {**VIDEO, "stream": True, "messages": [{"role": "user", "content": "a cat"}]}
    chunks: list[bytes] = []
    opened = threading.Event()

    def listen() -> None:
        with (
            pair[0].client(key) as client,
            client.stream("POST", "/apiyi/v1/chat/completions", json=body) as reply,
        ):
            for chunk in reply.iter_raw():
                chunks.append(chunk)
                opened.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert opened.wait(10)
    with pair[1].client(key) as second:
        second.post(
            "/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"}
        ).raise_for_status()
    listener.join(10)
    assert not listener.is_alive()
    assert b"".join(chunks).endswith(b"data: [DONE]\n\n")


def test_a_callback_is_delivered_once_though_two_replicas_look_for_it(
    pair: list[Replica], key: str
) -> None:
    receiver = Receiver()
    try:
        with pair[0].client(key) as first, pair[1].client(key) as second:
            for _ in range(10):
                body = {"prompt": "a cat", "callBackUrl": receiver.url}
                assert first.post("/kie/api/v1/veo/generate", json=body).json()["code"] == 200
            second.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
            receiver.wait_for(10)
            log = first.get("/_mock/v1/sandboxes/current/callbacks").json()["callbacks"]
        ids = [body["data"]["taskId"] for body in receiver.received]
        assert len(ids) == len(set(ids)) == 10
        assert {delivery["state"] for delivery in log} == {"acknowledged"}
    finally:
        receiver.close()


def test_a_rate_window_counts_calls_at_both_replicas(pair: list[Replica], key: str) -> None:
    with pair[0].client(key) as first, pair[1].client(key) as second:
        codes = [
            client.post("/kie/api/v1/veo/generate", json={"prompt": "a cat"}).json()["code"]
            for client in (first, second) * 11
        ]
    assert codes == [200] * 20 + [429] * 2


def test_a_replica_that_is_killed_loses_nothing_and_its_callbacks_are_delivered(
    redis_url: str, key: str
) -> None:
    options = ("--store", redis_url, "--store-prefix", "killed", "--speed", "100")
    receiver = Receiver()
    try:
        with replicas(2, *options, "--callback-timeout", "1s") as (doomed, survivor):
            with doomed.client(key) as client:
                made = [
                    client.post(
                        "/kie/api/v1/veo/generate",
                        json={"prompt": "a cat", "callBackUrl": receiver.url},
                    ).json()["data"]["taskId"]
                    for _ in range(10)
                ]
            receiver.wait_for(1)
            doomed.end(brutally=True)
            receiver.wait_until(lambda: _tasks_told(receiver) == set(made))
            with survivor.client(key) as client:
                for task_id in made:
                    found = client.get(f"/kie/api/v1/veo/record-info?taskId={task_id}").json()
                    assert found["data"]["successFlag"] == 1
    finally:
        receiver.close()


def _tasks_told(receiver: Receiver) -> set[str]:
    return {body["data"]["taskId"] for body in receiver.received}


def test_a_stream_cut_by_a_killed_replica_is_no_success_for_the_client(
    redis_url: str, key: str
) -> None:
    options = ("--store", redis_url, "--store-prefix", "cut", "--speed", "1")
    body = {**VIDEO, "stream": True, "messages": [{"role": "user", "content": "a cat"}]}
    with (
        replicas(1, *options) as (doomed,),
        doomed.client(key) as client,
        pytest.raises(httpx.RemoteProtocolError),
        client.stream("POST", "/apiyi/v1/chat/completions", json=body) as reply,
    ):
        for _ in reply.iter_raw():
            doomed.process.kill()
