"""Single exchanges against the floor: status, create, a whole job, a stream of 14 chunks.

The requests go round: a hundred jobs are asked about, and prompts have a hundred lengths.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Ratio:
    """Ours beside the floor, the median of the rounds."""

    case: str
    ours: Figure
    floor: Figure
    aim: float

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
    return Figure(load.per_s, cpu_s / load.requests * 1e6, load.failed)


def _accepted(status: int, body: bytes) -> bool:
    return status == 200 and len(body) > 20


def _median(figures: list[Figure]) -> Figure:
    return sorted(figures, key=lambda figure: figure.cpu_us)[len(figures) // 2]


async def ratios(seconds: float, rounds: int, options: tuple[str, ...] = ()) -> list[Ratio]:
    """Every case in a sandbox of its own, each round of ours next to a round of the floor."""
    with reelmock("--speed", "1", *options) as ours:
        jobs = [await fetch(ours.port, _create(KEY, prompt)) for prompt in PROMPTS]
        created = jobs[0][1].decode()
        _, stream = await fetch(ours.port, _chat(KEY, USUAL))
        events = [event + "\n\n" for event in stream.decode().split("\n\n") if event]
        bodies = {
            "*": {"type": "application/json", "chunks": [created]},
            STREAM_PATH: {"type": "text/event-stream", "chunks": events},
        }
        polls = [request("GET", f"{VIDEOS}/{json.loads(body)['id']}", KEY) for _, body in jobs]
        # Job by job: every second request of each connection is one of the two.
        cycle = [
            data
            for prompt, poll in zip(PROMPTS, polls, strict=True)
            for data in (_create(f"{KEY}-cycle", f"{prompt} [mock:instant]"), poll)
        ]
        cases = [
            ("status", 0.70, polls),
            ("create", 0.60, [_create(f"{KEY}-create", prompt) for prompt in PROMPTS]),
            ("create, every head another", 0.60, _traced(f"{KEY}-traced")),
            ("create to completed", 0.60, cycle),
            (
                f"stream of {len(events)} chunks",
                2.0,
                [_chat(f"{KEY}-stream", prompt) for prompt in PROMPTS],
            ),
        ]
        with floor(bodies) as bare:
            return [
                await _ratio(bare, ours, name, aim, data, seconds, rounds)
                for name, aim, data in cases
            ]


async def _ratio(
    bare: Served,
    ours: Served,
    name: str,
    aim: float,
    requests: list[bytes],
    seconds: float,
    rounds: int,
) -> Ratio:
    pairs = [
        (await _measure(bare, requests, seconds), await _measure(ours, requests, seconds))
        for _ in range(rounds)
    ]
    mine = _median([pair[1] for pair in pairs])
    return Ratio(name, mine, _median([pair[0] for pair in pairs]), aim)


def _create(key: str, prompt: str, **headers: str) -> bytes:
    body = json.dumps({"model": MODEL, "prompt": prompt}).encode()
    return request("POST", VIDEOS, key, body, headers)


def _chat(key: str, prompt: str) -> bytes:
    """A stream without delay."""
    messages = [{"role": "user", "content": f"{prompt} [mock:instant]"}]
    body = {"model": MODEL, "stream": True, "messages": messages}
    return request("POST", STREAM_PATH, key, json.dumps(body).encode())


def _traced(key: str) -> list[bytes]:
    """Creations as a client sends them that is traced: no head is like another."""
    return [
        _create(key, PROMPTS[n % len(PROMPTS)], traceparent=f"00-{n:032x}-{n:016x}-01")
        for n in range(TRACES)
    ]
