"""Servers in processes of their own, on one Redis."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.patience import next_line


class Replica:
    """One `reelmock serve`; `client(key)` speaks to it."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--json", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.base_url: str = json.loads(next_line(self.process))["base_url"]

    def client(self, key: str) -> httpx.Client:
        """An HTTP client with the key as Bearer."""
        headers = {"authorization": f"Bearer {key}"}
        plain: dict[str, Any] = {
            "trust_env": False,
            "verify": False,
        }  # http: no certificates to read
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=20, **plain)

    def end(self, *, brutally: bool = False) -> None:
        """Ends the process: SIGTERM, or SIGKILL."""
        if brutally:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def replicas(count: int, *options: str) -> Iterator[list[Replica]]:
    """Several servers with the same options."""
    running: list[Replica] = []
    try:
        for _ in range(count):
            running.append(Replica(*options))
        yield running
    finally:
        for replica in running:
            replica.end()
