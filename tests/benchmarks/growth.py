"""How cost grows with what is stored: throughput, CPU time and memory, in memory and on Redis.

python -m tests.benchmarks.growth [--tasks 1000 10000 100000] [--seconds S] [--json FILE]
python -m tests.benchmarks.growth --sandboxes 1000    memory of so many sandboxes of 200 tasks
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import redis
import uvloop

from tests.benchmarks.load import Load, connected, drive, request
from tests.benchmarks.report import about, save, show
from tests.benchmarks.servers import Served, reelmock
from tests.support.redis_server import RedisProcess

KEY = "sk-growth"
VIDEO = json.dumps({"model": "veo-3.1", "prompt": "a cat on a skateboard"}).encode()
CREATE = request("POST", "/apiyi/v1/videos", KEY, VIDEO)
READ_SPREAD = 500  # reads go round so many tasks, from the oldest to the newest
CLIENTS = 32
EACH = 200  # tasks of a sandbox, of many sandboxes
CREATORS = 2  # in one sandbox more of them lose more races: that is a figure of its own
FILL_S = 300  # a store that is not full by then is measured as it is
Row = dict[str, Any]
Accept = Callable[[int, bytes], bool]


class _Stored:
    """Keeps the ids of what was created, as the load passes."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def accept(self, status: int, body: bytes) -> bool:
        if status == 200:
            self.ids.append(json.loads(body)["id"])
        return status == 200


async def _fill(server: Served, stored: _Stored, tasks: int) -> None:
    end_s = time.perf_counter() + FILL_S
    while len(stored.ids) < tasks and time.perf_counter() < end_s:
        await drive(server.port, [CREATE], 0.2, CREATORS, stored.accept)


async def _row(server: Served, stored: _Stored, seconds: float) -> Row:
    """What the server does with what it holds: 32 clients read, two create, then 32 create."""
    tasks = len(stored.ids)
    resident_mb = server.resident_mb()
    spread = stored.ids[:: max(1, tasks // READ_SPREAD)]
    reads = [request("GET", f"/apiyi/v1/videos/{task_id}", KEY) for task_id in spread]
    read, read_us = await _driven(server, reads, seconds, CLIENTS, _is_ok)
    create, create_us = await _driven(server, [CREATE], seconds, CREATORS, stored.accept)
    crowd, crowd_us = await _driven(server, [CREATE], seconds, CLIENTS, stored.accept)
    return {
        "tasks": tasks,
        "reads_per_s": round(read.per_s),
        "read_cpu_us": read_us,
        "creates_per_s": round(create.per_s),
        "create_cpu_us": create_us,
        "crowded_per_s": round(crowd.per_s),
        "crowded_cpu_us": crowd_us,
        "failed": read.failed + create.failed + crowd.failed,
        "resident_mb": round(resident_mb, 1),
    }


async def _driven(
    server: Served, requests: list[bytes], seconds: float, connections: int, accept: Accept
) -> tuple[Load, int]:
    """The load as it went, and the server's CPU time for each request in µs."""
    before_s = server.cpu_s()
    load = await drive(server.port, requests, seconds, connections, accept)
    return load, round((server.cpu_s() - before_s) / load.requests * 1e6)


def _is_ok(status: int, body: bytes) -> bool:
    return status == 200


@contextmanager
def _store(workers: int) -> Iterator[tuple[str, tuple[str, ...], Callable[[], float | None]]]:
    """Label, options of the server, and what Redis holds in MB; 0 workers: the memory store."""
    with ExitStack() as stack:
        if workers == 0:
            yield "memory", (), lambda: None
            return
        running = RedisProcess()
        stack.callback(running.stop)
        client = stack.enter_context(redis.Redis.from_url(running.url))
        options = ("--store", running.url, "--workers", str(workers))
        label = f"Redis, {workers} worker{'s' if workers > 1 else ''}"
        yield label, options, lambda: round(client.info("memory")["used_memory"] / 2**20, 1)


async def grow(tasks: list[int], seconds: float) -> list[Row]:
    """One server for each store, measured whenever it holds so many tasks."""
    rows = []
    for workers in (0, 1, 2) if shutil.which("redis-server") else (0,):
        with (
            _store(workers) as (label, options, held_mb),
            reelmock("--speed", "1", *options) as ours,
        ):
            stored = _Stored()
            for count in sorted(tasks):
                await _fill(ours, stored, count)
                redis_mb = held_mb()
                row = await _row(ours, stored, seconds)
                rows.append({"store": label, **row, "redis_mb": redis_mb})
    return rows


async def many_sandboxes(count: int) -> Row:
    """Memory in MB at the start, and with so many sandboxes of 200 tasks each."""

    async def fill(port: int, first: int) -> None:
        async with connected(port) as client:
            for number in range(first, count, CLIENTS):
                creation = request("POST", "/apiyi/v1/videos", f"{KEY}-{number}", VIDEO)
                for _ in range(EACH):
                    status, body = await client.fetch(creation)
                    assert status == 200, body

    with reelmock("--speed", "1") as ours:
        start_mb = ours.resident_mb()
        await asyncio.gather(*(fill(ours.port, first) for first in range(min(CLIENTS, count))))
        return {
            "sandboxes": count,
            "tasks_each": EACH,
            "start_mb": round(start_mb, 1),
            "resident_mb": round(ours.resident_mb(), 1),
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--tasks", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--json", type=Path, help="write the results to a file too")
    parser.add_argument("--sandboxes", type=int, help=f"so many of {EACH} tasks each, only these")
    options = parser.parse_args()
    if options.sandboxes:
        row = uvloop.run(many_sandboxes(options.sandboxes))
        show("many sandboxes", [row])
        return save(options.json, {"about": about("tests.benchmarks.growth"), "sandboxes": row})
    rows = uvloop.run(grow(options.tasks, options.seconds))
    show(
        "one sandbox that grows",
        rows,
        f"{CLIENTS} clients read, {CREATORS} create, then {CLIENTS} create;"
        " CPU time of our processes, without Redis",
    )
    return save(options.json, {"about": about("tests.benchmarks.growth"), "growth": rows})


if __name__ == "__main__":
    main()
