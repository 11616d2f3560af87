"""The fast way is the plain way: what is sent to Reelmock's own server and to stock uvicorn, in the
same pieces, has the same replies in the same order, and leaves the same journal."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as effort

from mockserver.settings import Settings
from mockserver.web.tls import issue
from tests.support.serving import settings
from tests.support.traffic import KINDS, LAST, cut, cuts, names
from tests.support.twins import Twins, twins

START = "2030-01-01T00:00:00Z"
_numbers = itertools.count(1)
WAYS = ("plain", "access log", "JSON log", "TLS", "Redis")


def _settings(way: str, redis_url: str = "") -> Settings:
    changes: dict[str, object] = {
        "plain": {},
        "access log": {"access_log": True},
        "JSON log": {"log": "json"},
        "TLS": {},
        "Redis": {"store": redis_url, "store_prefix": f"twin{os.getpid()}-{next(_numbers)}"},
    }[way]
    return settings(**{"clock": "manual", "clock_start": START, "store": "memory"} | changes)


@pytest.fixture(scope="module", params=WAYS)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twins]:
    way = request.param
    certificate = issue(Path(tmp_path_factory.mktemp("tls")), ()) if way == "TLS" else None
    url = request.getfixturevalue("redis_url") if way == "Redis" else ""
    with twins(lambda: _settings(way, url), certificate) as servers:
        yield servers


@effort(max_examples=effort.default.max_examples * 2)
@example(["list of models", "poll by HEAD"], [(0.5, 1), (0.7, 0), (0.9, 1)])
@given(names, cuts)
def test_both_servers_say_and_remember_the_same(
    both: Twins, kinds: list[str], places: list[tuple[float, int]]
) -> None:
    key = f"sk-twin-{next(_numbers)}"

    def requests(task_id: str) -> list[bytes]:
        return [KINDS[kind](key, task_id) for kind in kinds] + [LAST(key, task_id)]

    ours, stock = both.heard(key, requests, lambda whole: cut(whole, places))
    assert len(stock.replies) == len(kinds) + 1, "stock uvicorn itself lost a reply"
    assert all(reply.status < 500 for reply in stock.replies)
    assert ours == stock
