"""Data of another version in a shared Redis: refused in one line that names who reads it."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
import redis

from mockserver.app import build
from mockserver.domain.input.errors import BadInput
from tests.integration.redis.conftest import Serve
from tests.support.serving import client_of, settings

KEPT = Path(__file__).parents[3] / "fixtures" / "earlier" / "0.1.0" / "redis.json"
PREFIX = "earlier"  # under which the data of the fixture was written
CELL = "earlier:{earlier}:cell"


def put(client: Any, name: str, kind: str, value: Any) -> None:
    if kind == "string":
        client.set(name, b64decode(value))
    elif kind == "hash":
        client.hset(name, mapping={field: b64decode(text) for field, text in value.items()})
    elif kind == "set":
        client.sadd(name, *value)
    elif kind == "zset":
        client.zadd(name, value)
    elif kind == "stream":
        for id_, fields in value:
            client.xadd(name, {field: b64decode(text) for field, text in fields.items()}, id=id_)
    else:
        raise AssertionError(kind)


@pytest.fixture
def earlier(redis_url: str) -> Any:
    """A Redis that holds what the first version left there."""
    kept = json.loads(KEPT.read_text("utf-8"))
    with redis.Redis.from_url(redis_url) as client:
        for name, item in kept.items():
            put(client, name, item["type"], item["value"])
        yield client
        for name in client.keys(f"{PREFIX}:*"):
            client.delete(name)


def refused(url: str, prefix: str = PREFIX) -> str:
    with pytest.raises(BadInput) as error:
        build(settings(store=url, store_prefix=prefix), "http://127.0.0.1:1")
    return str(error.value)


def test_data_of_the_first_version_is_refused_at_start_and_left_alone(
    earlier: Any, redis_url: str
) -> None:
    before = {name: earlier.dump(name) for name in earlier.keys(f"{PREFIX}:*")}
    reason = refused(redis_url)
    assert reason.startswith("store_prefix: 'earlier'")
    assert reason.endswith("there is no data of schema 1, which Reelmock 0.1.0 reads")
    assert "\n" not in reason
    assert {name: earlier.dump(name) for name in earlier.keys(f"{PREFIX}:*")} == before


@pytest.mark.parametrize(
    ("schema", "reader"),
    [(2, "a Reelmock from before the release of 0.2.0"), (99, "a later Reelmock")],
)
def test_data_of_another_schema_is_refused_at_start(
    earlier: Any, redis_url: str, schema: int, reader: str
) -> None:
    earlier.hset(CELL, "schema", schema)
    assert refused(redis_url).endswith(f"data of schema {schema}, which {reader} reads")


def test_another_prefix_beside_such_data_and_ids_of_what_has_expired_are_fine(
    earlier: Any, redis_url: str, serve: Serve, key: str
) -> None:
    with client_of(serve(redis_url, "beside"), key) as client:
        assert client.get("/apiyi/v1/models").status_code == 200
    earlier.delete(CELL)  # the id stays in the set of all
    with client_of(serve(redis_url, PREFIX), key) as client:
        assert client.get("/apiyi/v1/models").status_code == 200


def test_a_sandbox_that_a_replica_of_another_version_writes_meanwhile_is_not_misread(
    redis_url: str, serve: Serve, key: str
) -> None:
    with client_of(serve(redis_url, "mixed"), key) as client:
        assert client.get("/apiyi/v1/models").status_code == 200
        with redis.Redis.from_url(redis_url) as store:
            (cell,) = store.keys("mixed:{*}:cell")
            store.hset(cell, "schema", 99)
        reply = client.get("/apiyi/v1/models")
        assert reply.status_code == 503
        assert "schema 99, which a later Reelmock reads" in reply.text
