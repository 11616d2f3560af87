"""Creations that meet in one sandbox of a shared store: each is decided by the rules, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import redis

from tests.support.redis_server import RedisProcess
from tests.support.replicas import replicas

CROWD = 18  # Kie takes 20 in 10 s
KIE = {"prompt": "a cat", "model": "veo3_fast"}


def _crowd(clients: list[httpx.Client], body: dict[str, Any]) -> list[dict[str, Any]]:
    def create(number: int) -> dict[str, Any]:
        client = clients[number % len(clients)]
        found: dict[str, Any] = client.post("/kie/api/v1/veo/generate", json=body).json()
        return found

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(create, range(CROWD)))


def test_all_of_a_crowd_are_taken_and_numbered_once(redis_url: str) -> None:
    options = ("--store", redis_url, "--store-prefix", "crowd", "--speed", "1")
    with replicas(2, *options) as running:
        clients = [replica.client("sk-crowd") for replica in running]
        made = _crowd(clients, KIE)
        tasks = clients[0].get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]
        for client in clients:
            client.close()
    assert [each["code"] for each in made] == [200] * CROWD
    assert {each["data"]["taskId"] for each in made} == {task["id"] for task in tasks}
    assert [task["ordinal"] for task in tasks] == list(range(1, CROWD + 1))


def test_a_window_lets_in_as_many_of_a_crowd_as_it_says(redis_url: str) -> None:
    with replicas(
        2, "--store", redis_url, "--store-prefix", "window", "--clock", "manual"
    ) as running:
        clients = [replica.client("sk-window") for replica in running]
        quota = {"name": "five", "limit": 5, "window": "60s"}
        path = "/_mock/v1/sandboxes/current"
        clients[0].get("/kie/api/v1/chat/credit")
        clients[0].patch(path, json={"quotas": [quota]}).raise_for_status()
        made = _crowd(clients, KIE)
        tasks = clients[1].get(f"{path}/tasks").json()["tasks"]
        for client in clients:
            client.close()
    assert sorted(each["code"] for each in made) == [200] * 5 + [429] * (CROWD - 5)
    assert len(tasks) == 5


def test_a_crowd_costs_fewer_commits_than_it_has_members(own_redis: RedisProcess) -> None:
    with (
        replicas(1, "--store", own_redis.url, "--speed", "1") as [replica],
        redis.Redis.from_url(own_redis.url) as control,
        replica.client("sk-commits") as client,
    ):
        client.get("/kie/api/v1/chat/credit")
        version = _version(control)
        made = _crowd([client], KIE)
        commits = _version(control) - version
    assert [each["code"] for each in made] == [200] * CROWD
    assert 1 <= commits < CROWD


def _version(control: redis.Redis) -> int:
    [cell] = control.keys("*:cell")
    return int(control.hget(cell, "version") or 0)
