"""Two servers on one Redis are one Reelmock."""

from __future__ import annotations

import threading
from collections.abc import Iterator

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


def test_an_outage_that_begins_at_one_replica_ends_for_both(pair: list[Replica], key: str) -> None:
    rule = {"fault": "outage", "when": {"provider": "apiyi"}, "lasts": "2s"}
    faults, clock = (f"/_mock/v1/sandboxes/current/{part}" for part in ("faults", "clock/advance"))
    with pair[0].client(key) as first, pair[1].client(key) as second:
        first.post(faults, json=rule).raise_for_status()
        assert first.post("/apiyi/v1/videos", json=VIDEO).status_code == 503
        for client in (second, first):
            client.post(clock, json={"by": "1s"}).raise_for_status()
            codes = [
                each.post("/apiyi/v1/videos", json=VIDEO).status_code for each in (second, first)
            ]
            assert codes == [503, 503] if client is second else [200, 200]
        assert [each.get(faults).json()["rules"][0]["state"] for each in (first, second)] == [
            "healed"
        ] * 2


def test_a_rate_window_counts_calls_at_both_replicas(pair: list[Replica], key: str) -> None:
    with pair[0].client(key) as first, pair[1].client(key) as second:
        codes = [
            client.post("/kie/api/v1/veo/generate", json={"prompt": "a cat"}).json()["code"]
            for client in (first, second) * 11
        ]
    assert codes == [200] * 20 + [429] * 2
