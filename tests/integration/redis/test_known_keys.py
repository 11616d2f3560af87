"""A replica remembers which sandbox a key chose, and is never wrong about it."""

from __future__ import annotations

import httpx
import pytest
import redis

from tests.integration.redis.conftest import Serve
from tests.support.serving import client_of

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
READS = 200


def _open(client: httpx.Client, **settings: object) -> None:
    reply = client.post("/_mock/v1/sandboxes", json=settings)
    assert reply.status_code == 201, reply.text


def _submit(client: httpx.Client) -> str:
    reply = client.post("/apiyi/v1/videos", json=VIDEO)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


def _read(client: httpx.Client, task: str) -> int:
    return client.get(f"/apiyi/v1/videos/{task}").status_code


def test_a_sandbox_deleted_at_one_replica_is_opened_anew_at_the_other(
    serve: Serve, redis_url: str, key: str
) -> None:
    servers = [serve(redis_url, f"anew-{key}") for _ in range(2)]
    with client_of(servers[0], key) as first, client_of(servers[1], key) as second:
        task = _submit(first)
        assert _read(second, task) == 200
        for _ in range(3):  # whether or not the second has heard of it
            assert first.delete("/_mock/v1/sandboxes/current").status_code == 204
            assert _read(second, task) == 404
            assert _read(second, _submit(second)) == 200


def test_a_key_that_chooses_another_sandbox_by_now_is_served_there(
    serve: Serve, redis_url: str, key: str
) -> None:
    servers = [serve(redis_url, f"moved-{key}") for _ in range(2)]
    with client_of(servers[0], key) as first, client_of(servers[1], key) as second:
        for old, new in (("a", "b"), ("b", "a"), ("a", "b")):
            _open(first, id=old, keys=[key])
            assert _read(second, _submit(second)) == 200
            assert first.delete("/_mock/v1/sandboxes/current").status_code == 204
            _open(first, id=new, keys=[key])
            _open(first, id=old)  # there again, but not by this key
            task = _submit(second)
            found = first.get(f"/_mock/v1/sandboxes/{new}/tasks").json()["tasks"]
            assert [one["id"] for one in found] == [task]
            for sandbox in (old, new):
                assert first.delete(f"/_mock/v1/sandboxes/{sandbox}").status_code == 204


@pytest.mark.parametrize(("call", "round_trips"), [("read", 2), ("create", 3)])
def test_a_call_with_a_known_key_costs_few_round_trips(
    serve: Serve, redis_url: str, key: str, call: str, round_trips: int
) -> None:
    with (
        client_of(serve(redis_url, f"trips-{key}"), key) as client,
        redis.Redis.from_url(redis_url) as held,
    ):
        task = _submit(client)
        before = int(held.info("stats")["total_reads_processed"])
        for _ in range(READS):
            if call == "read":
                assert _read(client, task) == 200
            else:
                _submit(client)
        made = int(held.info("stats")["total_reads_processed"]) - before
    # Beside the calls, the server looks for callbacks once a second.
    assert round_trips * READS <= made < (round_trips + 0.5) * READS
