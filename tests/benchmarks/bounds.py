"""What the bounds are worth: the server's memory before and after requests that go beyond them.

    python -m tests.benchmarks.bounds [--sandboxes N] [--share S] [--json FILE]

Each row has a server of its own. `--share 0.1` sends a tenth of everything. Memory does not depend
on who else uses the machine.
"""

from __future__ import annotations

import argparse
import json
from asyncio import IncompleteReadError
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvloop

from mockserver.domain.provider.bounds import MAX_PROMPT_BYTES
from tests.benchmarks.growth import many_sandboxes
from tests.benchmarks.load import fetch, request
from tests.benchmarks.report import about, save, show, show_facts
from tests.benchmarks.servers import Served, family, reelmock

KEY = "sk-bounds"
SANDBOXES = 1000
MB = 1_000_000
Row = dict[str, Any]


def _create(prompt_bytes: int) -> bytes:
    body = json.dumps({"model": "veo-3.1", "prompt": "x" * prompt_bytes}).encode()
    return request("POST", "/apiyi/v1/videos", KEY, body)


CASES: tuple[tuple[str, int, Callable[[], bytes]], ...] = (
    ("polls with a path of 1 MB", 300, lambda: request("GET", f"/apiyi/v1/videos/{'x' * MB}", KEY)),
    ("creations with a prompt of 30 MB", 40, lambda: _create(30 * MB)),
    (
        "creations with the longest prompt that is taken",
        2000,
        lambda: _create(MAX_PROMPT_BYTES),
    ),
)


async def _status(port: int, data: bytes) -> int:
    """The status of the reply; 0 where the server hung up before all was sent."""
    try:
        return (await fetch(port, data))[0]
    except (ConnectionError, IncompleteReadError):
        return 0


def _peak_mb(server: Served) -> float:
    peaks = (
        int((folder / "status").read_text().split("VmHWM:")[1].split()[0])
        for folder in family(server.process.pid)
    )
    return sum(peaks) / 1024


async def _row(what: str, count: int, data: bytes) -> Row:
    """Memory in MB before and after, at its highest in between, and what was answered how often."""
    with reelmock("--speed", "1") as ours:
        start_mb = ours.resident_mb()
        statuses = Counter([await _status(ours.port, data) for _ in range(count)])
        return {
            "what": f"{count:,} {what}",
            "answered": ", ".join(f"{status}: {n:,}" for status, n in sorted(statuses.items())),
            "start_mb": round(start_mb, 1),
            "resident_mb": round(ours.resident_mb(), 1),
            "peak_mb": round(_peak_mb(ours), 1),
        }


def measured(share: float, sandboxes: int) -> dict[str, Any]:
    """A row for each case, and one of many sandboxes."""

    def rows() -> Iterator[Row]:
        for what, count, made in CASES:
            yield uvloop.run(_row(what, max(1, round(count * share)), made()))

    return {"bounds": list(rows()), "sandboxes": uvloop.run(many_sandboxes(sandboxes))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bounds", description=__doc__)
    parser.add_argument("--sandboxes", type=int, default=SANDBOXES)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    origin = about("tests.benchmarks.bounds")
    found = measured(options.share, options.sandboxes)
    show_facts("where these figures come from", origin | origin.pop("versions"))
    show("requests beyond a bound", found["bounds"])
    show("many sandboxes", [found["sandboxes"]])
    save(options.json, found)


if __name__ == "__main__":
    main()
