"""Servers that replay tapes beside another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol


class Served(Protocol):
    """A server that runs."""

    base_url: str

    def stop(self) -> None: ...


class Replays:
    """One server for each tape that was asked for. `start` raises BadInput if nothing can be replayed."""

    def __init__(self, start: Callable[[Path], Served]) -> None:
        self._start = start
        self._running: dict[Path, Served] = {}
        self._lock = Lock()

    def url_of(self, tape: Path) -> str:
        """The base URL of the only server of a tape. Raises BadInput."""
        with self._lock:
            if tape not in self._running:
                self._running[tape] = self._start(tape)
            return self._running[tape].base_url

    def stop(self) -> None:
        """Stops all of them."""
        with self._lock:
            for served in self._running.values():
                served.stop()
