"""What is set at one replica is kept in Redis: it acts at the others, and behind a restart."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from tests.integration.redis.conftest import Serve
from tests.support.serving import client_of

VIDEOS = "/apiyi/v1/videos"
VIDEO = {"model": "veo-3.1", "prompt": "a cat"}


class Pair:
    """A replica at which things are set, and another at which they have to act."""

    def __init__(self, serve: Serve, url: str, key: str) -> None:
        self._serve, self._url, self.key = serve, url, key
        self.one, self.two = self.another(), self.another()
        self.control = Control(self.one.base_url, key=key)
        self.here, self.there = client_of(self.one, key), client_of(self.two, key)
        self.here.get("/apiyi/v1/models")  # opens the sandbox

    def another(self) -> Running:
        """One more replica, which has seen nothing of all that."""
        return self._serve(self._url, f"settings-{self.key}")

    def close(self) -> None:
        """Closes the clients."""
        for each in (self.control, self.here, self.there):
            each.close()


@pytest.fixture
def pair(serve: Serve, redis_url: str, key: str) -> Iterator[Pair]:
    pair = Pair(serve, redis_url, key)
    yield pair
    pair.close()


def _create(client: httpx.Client, prompt: str = "a cat") -> httpx.Response:
    return client.post(VIDEOS, json=VIDEO | {"prompt": prompt})


def test_a_fault_rule_strikes_at_both_replicas_as_often_as_it_says_in_all(pair: Pair) -> None:
    pair.control.add_fault(
        {
            "fault": "http_error",
            "with": {"status": 500},
            "times": 3,
            "when": {"operation": "create"},
        }
    )
    codes = [_create(client).status_code for client in (pair.here, pair.there) * 3]
    assert codes == [500] * 3 + [200] * 3
    (rule,) = pair.control.faults()
    assert (rule["matched"], rule["struck"]) == (6, 3)


def test_a_fault_rule_taken_away_at_one_replica_strikes_at_none(pair: Pair) -> None:
    rule = pair.control.add_fault({"fault": "http_error", "when": {"operation": "create"}})
    assert _create(pair.there).status_code == 500
    pair.control.remove_fault(rule["id"])
    assert _create(pair.there).status_code == 200


def test_scenario_rules_choose_at_the_other_replica(pair: Pair) -> None:
    pair.control.set_scenario("instant")
    pair.control.set_scenario_rules(
        [{"when": {"prompt": "dog"}, "scenario": {"name": "fail", "options": {"at": "0%"}}}]
    )
    tasks = [_create(pair.there, prompt).json()["id"] for prompt in ("a cat", "a dog")]
    pair.control.advance("1m")
    read = [pair.there.get(f"{VIDEOS}/{task}").json()["status"] for task in tasks]
    assert read == ["completed", "failed"]


def test_a_dialect_is_spoken_at_the_other_replica(pair: Pair) -> None:
    pair.control.set_scenario("stall")
    pair.control.set_dialect("apiyi", running_word="in_progress")
    task = _create(pair.there).json()["id"]
    pair.control.advance("1h")
    assert pair.there.get(f"{VIDEOS}/{task}").json()["status"] == "in_progress"


def test_a_quota_counts_calls_at_both_replicas(pair: Pair) -> None:
    pair.control.change_sandbox(quotas=[{"name": "few", "limit": 3, "window": "10s"}])
    codes = [_create(client).status_code for client in (pair.there, pair.here) * 2]
    assert codes == [200] * 3 + [429]
    pair.control.advance("11s")
    assert _create(pair.there).status_code == 200


def test_a_balance_is_spent_at_both_replicas(pair: Pair) -> None:
    pair.control.change_sandbox(balances={"apiyi": 0.5})  # two videos of 0.25
    codes = [_create(client).status_code for client in (pair.here, pair.there, pair.here)]
    assert codes == [200, 200, 403]


def test_all_of_it_is_still_there_when_every_replica_was_restarted(pair: Pair) -> None:
    pair.control.add_fault({"fault": "http_error", "times": 2, "when": {"operation": "create"}})
    pair.control.change_sandbox(quotas=[{"name": "few", "limit": 2, "window": "10s"}])
    pair.control.set_dialect("apiyi", running_word="in_progress")
    pair.control.set_scenario("stall")
    assert _create(pair.here).status_code == 500
    pair.control.advance("1h")
    now_ms = pair.control.clock().now_ms
    for server in (pair.one, pair.two):
        server.stop()
    with client_of(pair.another(), pair.key) as later:
        codes = [_create(later).status_code for _ in range(4)]
        assert codes == [500, 200, 200, 429]
        clock = later.get("/_mock/v1/sandboxes/current/clock").json()
        assert clock["now_ms"] == now_ms
        task = later.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"][0]["id"]
        later.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
        assert later.get(f"{VIDEOS}/{task}").json()["status"] == "in_progress"
