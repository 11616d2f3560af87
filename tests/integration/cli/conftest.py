"""`reelmock` as a process of its own, as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import PATIENCE_S, next_line

REELMOCK = str(Path(sys.executable).with_name("reelmock"))


@dataclass(frozen=True)
class Served:
    """A running `reelmock serve --json` and what it printed."""

    process: subprocess.Popen[str]
    address: dict[str, Any]

    def ended_by(self, number: int) -> tuple[int, str]:
        """Exit code and stderr after a signal."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, errors


def environment(folder: Path) -> dict[str, str]:
    """The process's environment without anything that would configure Reelmock or a proxy."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    kept = {k: v for k, v in kept.items() if not k.startswith("REELMOCK_")}
    return {**kept, "HOME": str(folder)}


@pytest.fixture
def cli(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one command line to its end in an empty folder."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [REELMOCK, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(tmp_path),
            timeout=PATIENCE_S,
            check=False,
        )

    return run


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    if process.stderr is not None and not process.stderr.closed:
        process.communicate(timeout=PATIENCE_S)  # what it complained of is looked at
    process.wait(PATIENCE_S)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts servers on free ports; they are ended with the test."""
    with ExitStack() as running:

        def start(*options: str) -> Served:
            process = subprocess.Popen(
                [REELMOCK, "serve", "--port", "0", "--json", *options],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=tmp_path,
                env=environment(tmp_path),
            )
            running.callback(_end, process)
            return Served(process, json.loads(next_line(process)))

        yield start
