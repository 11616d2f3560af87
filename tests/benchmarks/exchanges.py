"""Single exchanges against the floor: status, create, a whole job, a stream of 14 chunks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.load import Load, drive, fetch, request
from tests.benchmarks.servers import Served, floor, reelmock

KEY = "sk-benchmark"
VIDEO = json.dumps({"model": "veo-3.1", "prompt": "a cat on a skateboard"}).encode()
INSTANT = json.dumps({"model": "veo-3.1", "prompt": "a cat [mock:instant]"}).encode()
CHAT = json.dumps(
    {
        "model": "veo-3.1",
        "stream": True,
        "messages": [{"role": "user", "content": "a cat [mock:instant]"}],
    }
).encode()
STREAM_PATH = "/apiyi/v1/chat/completions"
CHUNKS = 14  # the kinds of the documented stream with one video: role to stop, and [DONE]


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


async def ratios(
    seconds: float, rounds: int, options: tuple[str, ...] = (), wanted: tuple[str, ...] = ()
) -> list[Ratio]:
    """Every case in a sandbox of its own, each round of ours next to a round of the floor."""
    found: list[Ratio] = []
    with reelmock("--speed", "1", *options) as ours:
        _, created = await fetch(ours.port, request("POST", "/apiyi/v1/videos", KEY, VIDEO))
        _, stream = await fetch(ours.port, request("POST", STREAM_PATH, KEY, CHAT))
        task_id = json.loads(created)["id"]
        status = f"/apiyi/v1/videos/{task_id}"
        events = [event + "\n\n" for event in stream.decode().split("\n\n") if event]
        bodies = {
            "*": {"type": "application/json", "chunks": [created.decode()]},
            STREAM_PATH: {"type": "text/event-stream", "chunks": events},
        }
        cases: dict[str, tuple[float, Callable[[], list[bytes]]]] = {
            "status": (0.70, lambda: [request("GET", status, KEY)]),
            "create": (0.60, lambda: [request("POST", "/apiyi/v1/videos", f"{KEY}-create", VIDEO)]),
            "create to completed": (
                0.60,
                lambda: [
                    request("POST", "/apiyi/v1/videos", f"{KEY}-cycle", INSTANT),
                    request("GET", status, KEY),
                ],
            ),
            f"stream of {len(events)} chunks": (
                2.0,
                lambda: [request("POST", STREAM_PATH, f"{KEY}-stream", CHAT)],
            ),
        }
        with floor(bodies) as bare:
            for name, (aim, make) in cases.items():
                if wanted and not any(word in name for word in wanted):
                    continue
                pairs = [
                    (
                        await _measure(bare, make(), seconds),
                        await _measure(ours, make(), seconds),
                    )
                    for _ in range(rounds)
                ]
                mine = _median([pair[1] for pair in pairs])
                found.append(Ratio(name, mine, _median([pair[0] for pair in pairs]), aim))
    return found
