"""A recorder on a real socket before any upstream, and the tape that it makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.proxy import RunningRecording, Taping
from mockserver.recorder.replay import plugins_of_tape
from tests.support.serving import settings


@dataclass
class Taped:
    """A recorder that runs: where it listens, and its tape once it has ended."""

    running: RunningRecording
    path: Path
    clients: ExitStack
    _ended: list[bool] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return self.running.base_url

    def client(self, key: str, **options: Any) -> httpx.Client:
        """A client of the recorder that sends a key as Bearer."""
        headers = {"authorization": f"Bearer {key}"}
        made = httpx.Client(
            base_url=self.base_url, headers=headers, trust_env=False, timeout=20, **options
        )
        return self.clients.enter_context(made)

    def end(self) -> None:
        """Ends the recorder, once."""
        if not self._ended:
            self._ended.append(True)
            self.running.stop()

    def log(self) -> dict[str, Any]:
        """The tape as JSON, whole at any moment."""
        return dict(json.loads(self.path.read_bytes())["log"])

    def entries(self) -> list[dict[str, Any]]:
        """The entries of the tape, once the recorder has ended."""
        self.end()
        return list(self.log()["entries"])


Record = Callable[..., Taped]
Replay = Callable[..., Running]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Starts recorders on free ports; they are ended with the test."""
    with ExitStack() as running, ExitStack() as clients:

        def start(provider: str, upstream: str, name: str = "job.har", **taping: Any) -> Taped:
            out = tmp_path / name
            asked = Taping(provider, out, upstream, **taping)
            taped = Taped(RunningRecording(asked, settings()), out, clients)
            running.callback(taped.end)
            return taped

        yield start


@pytest.fixture
def replay() -> Iterator[Replay]:
    """Serves tapes on free ports, with a clock that stands; ended with the test."""
    with ExitStack() as running:

        def start(path: Path, new_requests: Any = "fail", **changes: Any) -> Running:
            plugins = plugins_of_tape((), path, new_requests)
            served = Running(settings(**{"clock": "manual", **changes}), plugins=plugins)
            running.callback(served.stop)
            return served

        yield start
