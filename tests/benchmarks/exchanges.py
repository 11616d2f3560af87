"""Single exchanges against the floor: status, create, a whole job, a stream of 14 chunks.

The requests go round: a hundred jobs are asked about, and prompts have a hundred lengths.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from tests.benchmarks.load import Load, drive, fetch, request
from tests.benchmarks.servers import Served, floor, reelmock

KEY = "sk-benchmark"
MODEL = "veo-3.1"
PROMPTS = [f"a cat on a skateboard: wh{'e' * n}" for n in range(100)]
USUAL = PROMPTS[50]  # of which the floor has the bytes
VIDEOS, STREAM_PATH = "/apiyi/v1/videos", "/apiyi/v1/chat/completions"
TRACES = 10_000  # more heads than a server remembers


@dataclass(frozen=True)
class Figure:
    """One server in one case."""

    per_s: float
    cpu_us: float
    failed: int
    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True)
class Ratio:
    """Ours beside the floor in the same minute: of all rounds the one with the median ratio."""

    case: str
    ours: Figure
    floor: Figure
    aim: float
    p99: float = 0.0  # ours as a multiple of the floor's: the median of all rounds

    @property
    def wall(self) -> float:
        """Requests per second, as a share of the floor's."""
        return self.ours.per_s / self.floor.per_s

    @property
    def cpu(self) -> float:
        """The same by CPU time, which is steadier."""
        return self.floor.cpu_us / self.ours.cpu_us


async def _measure(server: Served, requests: list[bytes], seconds: float) -> Figure:
    before_s = server.cpu_s()
    load: Load = await drive(server.port, requests, seconds, accept=_accepted)
    cpu_s = server.cpu_s() - before_s
    waits_ms = [load.percentile_ms(share) for share in (0.5, 0.99, 1)]
    return Figure(load.per_s, cpu_s / load.requests * 1e6, load.failed, *waits_ms)


async def _fill(server: Served, tasks: int) -> None:
    """Creates at least so many jobs."""
    requests = [create(KEY, prompt) for prompt in PROMPTS]
    while tasks > 0:
        tasks -= (await drive(server.port, requests, 0.2)).requests


def _accepted(status: int, body: bytes) -> bool:
    return status == 200 and len(body) > 20


async def ratios(
    seconds: float, rounds: int, stored: int, options: tuple[str, ...] = ()
) -> list[Ratio]:
    """Every case on servers of its own, each round of ours next to a round of the floor.

    Ours holds so many `stored` jobs when it begins.
    """
    return [
        await _ratio(name, aim, make, seconds, rounds, stored, options)
        for name, (aim, make) in CASES.items()
    ]


async def _ratio(
    name: str,
    aim: float,
    make: Make,
    seconds: float,
    rounds: int,
    stored: int,
    options: tuple[str, ...],
) -> Ratio:
    with reelmock("--speed", "1", *options) as ours:
        await _fill(ours, stored)
        jobs = [await fetch(ours.port, create(KEY, prompt)) for prompt in PROMPTS]
        _, stream = await fetch(ours.port, chat(KEY, USUAL))
        events = [event + "\n\n" for event in stream.decode().split("\n\n") if event]
        bodies = {
            "*": {"type": "application/json", "chunks": [jobs[0][1].decode()]},
            STREAM_PATH: {"type": "text/event-stream", "chunks": events},
        }
        polls = [request("GET", f"{VIDEOS}/{json.loads(body)['id']}", KEY) for _, body in jobs]
        requests = make(polls)
        with floor(bodies) as bare:
            pairs = [
                Ratio(
                    name.format(chunks=len(events)),
                    floor=await _measure(bare, requests, seconds),
                    ours=await _measure(ours, requests, seconds),
                    aim=aim,
                )
                for _ in range(rounds)
            ]
    p99 = median(pair.ours.p99_ms / pair.floor.p99_ms for pair in pairs)
    return replace(sorted(pairs, key=lambda pair: pair.cpu)[len(pairs) // 2], p99=p99)


def create(key: str, prompt: str, **headers: str) -> bytes:
    """A creation."""
    body = json.dumps({"model": MODEL, "prompt": prompt}).encode()
    return request("POST", VIDEOS, key, body, headers)


def chat(key: str, prompt: str) -> bytes:
    """A stream without delay."""
    messages = [{"role": "user", "content": f"{prompt} [mock:instant]"}]
    body = {"model": MODEL, "stream": True, "messages": messages}
    return request("POST", STREAM_PATH, key, json.dumps(body).encode())


def _traced(key: str) -> list[bytes]:
    """Creations as a client sends them that is traced: no head is like another."""
    return [
        create(key, PROMPTS[n % len(PROMPTS)], traceparent=f"00-{n:032x}-{n:016x}-01")
        for n in range(TRACES)
    ]


Make = Callable[[list[bytes]], list[bytes]]  # what is sent in a case, from the polls of the jobs
CASES: dict[str, tuple[float, Make]] = {
    "status": (0.70, lambda polls: polls),
    "create": (0.60, lambda polls: [create(KEY, prompt) for prompt in PROMPTS]),
    "create, every head another": (0.60, lambda polls: _traced(KEY)),
    "create to completed": (
        0.60,
        lambda polls: [
            data
            for prompt, poll in zip(PROMPTS, polls, strict=True)
            for data in (create(KEY, f"{prompt} [mock:instant]"), poll)
        ],
    ),
    "stream of {chunks} chunks": (2.0, lambda polls: [chat(KEY, prompt) for prompt in PROMPTS]),
}
