"""CPU time of a request by layer: a sampling profile of the server, on its measured CPU time.

Needs py-spy, beside this Python or on PATH, and the right to look into a process (root, or
`sysctl kernel.yama.ptrace_scope=0`). It is not part of the development environment.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.load import drive, fetch
from tests.benchmarks.peers.catalogue import PEERS
from tests.benchmarks.peers.running import id_of
from tests.benchmarks.servers import Served, reelmock

BELOW = "uvicorn, event loop"
PROTOCOL = "web.protocol"  # a part of uvicorn's work is done there
ROOMS = (PROTOCOL, "web", "engine", "domain", "providers", "scenarios", "faults", "stores")
REST, ALL = "the rest", "all"
SAMPLES_PER_S = 500
CASES = ("status", "create", "stream")


class NoProfileError(Exception):
    """There is no profiler, or it may not look; the text says which."""


async def by_layer(seconds: float) -> list[dict[str, Any]]:
    """One row for each layer: µs and share in every case. Raises NoProfileError."""
    ours = PEERS["reelmock"]
    with reelmock("--speed", "1") as server:
        _, created = await fetch(server.port, ours.create.data())
        job_id = id_of(ours, created)
        found = {
            case: await _profiled(server, getattr(ours, case).data(job_id), seconds)
            for case in CASES
        }
    return [
        {"layer": layer}
        | {
            f"{case}_us": round(cpu_us * shares[layer], 1)
            for case, (cpu_us, shares) in found.items()
        }
        | {f"{case}_share": round(shares[layer], 3) for case, (_, shares) in found.items()}
        for layer in (BELOW, *ROOMS, REST, ALL)
    ]


async def _profiled(server: Served, data: bytes, seconds: float) -> tuple[float, dict[str, float]]:
    """CPU time of a request in µs, undisturbed; then the share of each layer in it."""
    before_s = server.cpu_s()
    load = await drive(server.port, [data], seconds)
    cpu_us = (server.cpu_s() - before_s) / load.requests * 1e6
    with TemporaryDirectory() as folder:
        file = Path(folder) / "stacks"
        process = await asyncio.create_subprocess_exec(
            *_py_spy(server.process.pid, seconds, file),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, (_, said) = await asyncio.gather(
            drive(server.port, [data], seconds + 1), process.communicate()
        )
        if process.returncode:
            raise NoProfileError(said.decode().strip().splitlines()[-1])
        samples = samples_of(file.read_text("utf-8"))
    total = max(1, samples.total())
    return cpu_us, {layer: samples[layer] / total for layer in (BELOW, *ROOMS, REST)} | {ALL: 1}


def _py_spy(pid: int, seconds: float, file: Path) -> list[str]:
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    program = shutil.which("py-spy", path=places)
    if program is None:
        raise NoProfileError("py-spy is not installed")
    what = ["record", "--pid", str(pid), "--format", "raw", "--output", str(file)]
    often = ["--rate", str(SAMPLES_PER_S), "--duration", str(max(1, round(seconds)))]
    return [program, *what, *often]


def samples_of(stacks: str) -> Counter[str]:
    """How many samples fell into each layer.

    A line is `function (file:line);…;function (file:line) count`, the running function last. What
    belongs to no layer, such as the standard library, counts for the layer that called it.
    """
    seen: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        seen[_layer(stack.split(";"))] += int(count)
    return seen


def _layer(stack: list[str]) -> str:
    for frame in reversed(stack):
        if "mockserver/web/protocol.py" in frame:
            return PROTOCOL
        room = re.search(r"\bmockserver/(\w+)", frame)
        if room:
            return room[1] if room[1] in ROOMS else REST
        if "uvicorn/" in frame or "asyncio/runners.py" in frame:
            break  # further out is only who started the server
    return BELOW
