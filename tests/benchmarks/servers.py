"""Servers under measurement, each a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running server: its port, the CPU time it has used, the memory it holds.

    Both count the process with all its children: workers, or a program behind a wrapper.
    """

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def cpu_s(self) -> float:
        """User and system time so far."""
        ticks = 0
        for folder in family(self.process.pid):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_PER_S

    def resident_mb(self) -> float:
        """Resident memory; what processes share counts once for each."""
        kb = 0
        for folder in family(self.process.pid):
            kb += int((folder / "status").read_text().split("VmRSS:")[1].split()[0])
        return kb / 1024


def family(pid: int) -> Iterator[Path]:
    """The folders under /proc of a process and its children, theirs too."""
    folder = Path(f"/proc/{pid}")
    yield folder
    for thread in folder.glob("task/*/children"):
        with suppress(FileNotFoundError):  # the thread has ended meanwhile
            for child in thread.read_text().split():
                yield from family(int(child))


@contextmanager
def reelmock(*options: str) -> Iterator[Served]:
    """`reelmock serve` on a free port."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--json", *options]
    with running(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) as process:
        assert process.stdout is not None
        base_url = json.loads(process.stdout.readline())["base_url"]
        yield Served(process, int(base_url.rpartition(":")[2]))


@contextmanager
def floor(bodies: dict[str, Any]) -> Iterator[Served]:
    """The bare ASGI function."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.floor", str(port)]
    with running(subprocess.Popen(command, stdin=subprocess.PIPE, text=True)) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(bodies))
        process.stdin.close()
        wait_for(port)
        yield Served(process, port)


@contextmanager
def receiver() -> Iterator[Served]:
    """The callback receiver."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.receiver", str(port)]
    with running(subprocess.Popen(command, text=True)) as process:
        wait_for(port)
        yield Served(process, port)


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def wait_for(port: int, seconds: float = 10) -> None:
    """Returns when somebody listens."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise TimeoutError(f"nobody listens on port {port}")
