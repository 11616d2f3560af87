"""A balance is spent to its end, and no further, however many ask at once on two replicas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.soak.report import Check, check
from tests.support.redis_server import RedisProcess
from tests.support.replicas import replicas

KEY = "sk-money"
VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
ASKED, AFFORDED = 150, 19


def run() -> tuple[dict[str, Any], list[Check]]:
    """150 creations at once against a balance for 19."""
    redis = RedisProcess()
    try:
        with replicas(2, "--store", redis.url) as running:
            clients = [replica.client(KEY) for replica in running]
            price = _price(clients[0])
            budget = {"apiyi": price * AFFORDED}
            path = "/_mock/v1/sandboxes/current"
            clients[0].post(f"{path}/reset").raise_for_status()
            clients[0].put(f"{path}/balance", json=budget).raise_for_status()

            def ask(number: int) -> int:
                return clients[number % 2].post("/apiyi/v1/videos", json=VIDEO).status_code

            with ThreadPoolExecutor(32) as pool:
                statuses = list(pool.map(ask, range(ASKED)))
            stored = len(clients[1].get(f"{path}/tasks").json()["tasks"])
            for client in clients:
                client.close()
    finally:
        redis.stop()
    taken = statuses.count(200)
    figures = {"creations": ASKED, "afforded": AFFORDED, "taken": taken, "stored": stored}
    exactly = [] if taken == stored == AFFORDED else [f"{taken} taken, {stored} stored"]
    return figures, [check("exactly as many jobs are taken as the balance pays for", exactly)]


def _price(client: Any) -> float:
    client.post("/apiyi/v1/videos", json=VIDEO).raise_for_status()
    spent = client.get("/_mock/v1/sandboxes/current/balance").json()["apiyi"]["spent"]
    return float(spent)
