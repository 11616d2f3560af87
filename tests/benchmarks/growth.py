"""How cost grows with what is stored: throughput and memory, one process and two on one Redis.

python -m tests.benchmarks.growth [--tasks 1000 10000 100000] [--seconds S]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import redis
import uvloop
from rich.console import Console
from rich.table import Table

from tests.benchmarks.load import drive, request
from tests.benchmarks.servers import Served, reelmock
from tests.support.redis_server import RedisProcess

KEY = "sk-growth"
VIDEO = json.dumps({"model": "veo-3.1", "prompt": "a cat on a skateboard"}).encode()
CREATE = request("POST", "/apiyi/v1/videos", KEY, VIDEO)


class _Ids:
    """Collects the ids of what was created, as the load passes."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def accept(self, status: int, body: bytes) -> bool:
        self.ids.append(json.loads(body)["id"])
        return status == 200


async def _fill(server: Served, tasks: int) -> list[str]:
    found = _Ids()
    while len(found.ids) < tasks:
        await drive(server.port, [CREATE], 0.2, accept=found.accept)
    return found.ids


async def _row(label: str, server: Served, tasks: int, seconds: float, held: Any) -> dict[str, Any]:
    ids = await _fill(server, tasks)
    spread = ids[:: max(1, len(ids) // 500)]
    reads = [request("GET", f"/apiyi/v1/videos/{task_id}", KEY) for task_id in spread]
    read = await drive(server.port, reads, seconds)
    create = await drive(server.port, [CREATE], seconds)
    return {
        "store": label,
        "tasks": len(ids),
        "reads_per_s": round(read.per_s),
        "creates_per_s": round(create.per_s),
        "failed": read.failed + create.failed,
        "resident_mb": round(server.resident_mb(), 1),
        "redis_mb": held(),
    }


@contextmanager
def _stores(workers: int) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Options of a server with so many workers; 0 means the memory store."""
    with ExitStack() as stack:
        if workers == 0:
            yield "memory, 1 process", (), lambda: ""
            return
        running = RedisProcess()
        stack.callback(running.stop)
        client = stack.enter_context(redis.Redis.from_url(running.url))
        options = ("--store", running.url, "--workers", str(workers))
        label = f"Redis, {workers} process{'es' if workers > 1 else ''}"
        yield label, options, lambda: round(client.info("memory")["used_memory"] / 2**20, 1)


async def grow(tasks: list[int], seconds: float) -> list[dict[str, Any]]:
    """One row for each store and number of tasks, each with a server of its own."""
    rows = []
    for workers in (0, 1, 2):
        for count in tasks:
            with (
                _stores(workers) as (label, options, held),
                reelmock("--speed", "1", *options) as ours,
            ):
                rows.append(await _row(label, ours, count, seconds, held))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--tasks", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    rows = uvloop.run(grow(options.tasks, options.seconds))
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
