"""What the pytest plug-in costs: its import, and a server in a fixture."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

_IMPORT = """
import time
started = time.perf_counter()
import mockserver.pytest_plugin
print(time.perf_counter() - started)
"""
_FIXTURE = """
import asyncio, time
from mockserver.app import Running
from mockserver.settings import load_settings
from tests.benchmarks.load import fetch, request
started = time.perf_counter()
running = Running(load_settings({"port": 0}, {}))
port = int(running.base_url.rpartition(":")[2])
asyncio.run(fetch(port, request("GET", "/apiyi/v1/models", "sk-plugin")))
print(time.perf_counter() - started)
running.stop()
"""


def _seconds(script: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def start(rounds: int) -> dict[str, float]:
    """Import of the plug-in (after pytest's own), and fixture to first answer, in ms."""
    return {
        "import_ms": round(
            median(_seconds("import pytest\n" + _IMPORT) for _ in range(rounds)) * 1000, 2
        ),
        "fixture_ms": round(median(_seconds(_FIXTURE) for _ in range(rounds)) * 1000, 1),
    }
