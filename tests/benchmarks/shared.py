"""A shared store under load, beside a floor that does one round trip to the same Redis a request.

python -m tests.benchmarks.shared [--seconds S] [--rounds N] [--json FILE]

The floor is a bare ASGI function on the same uvicorn: a GET of Redis for a read, a SET for a creation.
Each round of ours runs next to a round of the floor; shown is the round with the median ratio.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import uvicorn
import uvloop

from tests.benchmarks.load import Load, drive, fetch, request
from tests.benchmarks.report import about, save, show
from tests.benchmarks.servers import Served, free_port, reelmock, running, wait_for
from tests.support.redis_server import RedisProcess

VIDEOS = "/apiyi/v1/videos"
BODY = json.dumps({"model": "veo-3.1", "prompt": "a cat on a skateboard"}).encode()
SANDBOXES = 32
AIMS = {"reads": 0.7, "creations over 32 sandboxes": 0.5, "creations in one": 0.4}
Case = tuple[str, list[bytes]]


def floor_application(url: str, body: bytes) -> Any:
    """Reads one key of Redis for each GET, writes one for each POST, and answers with fixed bytes."""
    import redis.asyncio as aioredis

    client = aioredis.Redis.from_url(url)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        if scope["method"] == "POST":
            await client.set("floor", message["body"])
        else:
            await client.get("floor")
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@contextmanager
def _floor(url: str, body: bytes) -> Iterator[Served]:
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.shared", "--floor", str(port), url]
    with running(Popen([*command, body.decode()], text=True)) as process:
        wait_for(port)
        yield Served(process, port)


async def _cases(port: int) -> list[Case]:
    keys = [f"sk-shared-{number}" for number in range(SANDBOXES)]
    creations = [request("POST", VIDEOS, key, BODY) for key in keys]
    reads = []
    for key, creation in zip(keys, creations, strict=True):
        _, made = await fetch(port, creation)
        reads.append(request("GET", f"{VIDEOS}/{json.loads(made)['id']}", key))
    named = dict(zip(AIMS, (reads, creations, creations[:1]), strict=True))
    return list(named.items())


async def compare(seconds: float, rounds: int, options: tuple[str, ...]) -> list[dict[str, Any]]:
    """A row for each case."""
    store = RedisProcess()
    try:
        with reelmock("--speed", "1", "--store", store.url, *options) as ours:
            cases = await _cases(ours.port)
            _, sample = await fetch(ours.port, cases[0][1][0])
            with _floor(store.url, sample) as floor:
                return [
                    await _row(name, sent, ours, floor, seconds, rounds) for name, sent in cases
                ]
    finally:
        store.stop()


async def _row(
    name: str, sent: list[bytes], ours: Served, floor: Served, seconds: float, rounds: int
) -> dict[str, Any]:
    pairs: list[tuple[Load, Load]] = []
    for _ in range(rounds):
        pairs.append(
            (await drive(ours.port, sent, seconds), await drive(floor.port, sent, seconds))
        )
    pairs.sort(key=lambda pair: pair[0].per_s / pair[1].per_s)
    mine, bare = pairs[len(pairs) // 2]
    row: dict[str, Any] = {
        "case": name,
        "ours/s": round(mine.per_s),
        "floor/s": round(bare.per_s),
        "ratio": round(mine.per_s / bare.per_s, 2),
        "aim": AIMS[name],
    }
    for share, title in ((0.5, "p50"), (0.99, "p99"), (1, "max")):
        row[f"{title} ms"] = round(mine.percentile_ms(share), 1)
        row[f"floor {title} ms"] = round(bare.percentile_ms(share), 1)
    return row | {"failed": sum(ours.failed + bare.failed for ours, bare in pairs)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.shared", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the results to a file too")
    parser.add_argument("--floor", nargs=3, metavar=("PORT", "URL", "BODY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        port, url, body = options.floor
        quiet: Any = {"log_level": "error", "access_log": False, "lifespan": "off"}
        heads = {"server_header": False, "proxy_headers": False, "date_header": False}
        app = floor_application(url, body.encode())
        return uvicorn.run(app, port=int(port), http="httptools", loop="uvloop", **quiet, **heads)
    workers = ("--workers", str(options.workers))
    rows = uvloop.run(compare(options.seconds, options.rounds, workers))
    show("a shared store", rows, "32 connections; the floor does one round trip to the same Redis")
    save(options.json, {"about": about("tests.benchmarks.shared"), "shared": rows})
    return None


if __name__ == "__main__":
    main()
