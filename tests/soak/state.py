"""A server that keeps its state in a file is killed under load: what was acknowledged a while ago is there.

Clients create jobs as fast as they can, each with a prompt of its own, at a server whose clock stands
still. It is ended with SIGKILL and started again on its file. Each job that was acknowledged longer
before the kill than the promise says must be there and read as its creation did; no job may be there
that nobody asked for, or twice.
"""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

import httpx

from tests.soak.report import Check, check
from tests.support.replicas import Replica

VIDEOS = "/apiyi/v1/videos"
KEYS = [f"sk-soak-{number}" for number in range(4)]
PROMISE_S = 1.0
LOAD_S = 2.0  # beyond the promise, before each kill
PAGE = 1000


class Made(NamedTuple):
    """A job that was acknowledged."""

    at_s: float
    key: str
    prompt: str
    reply: dict[str, Any]


class _Clients:
    """Create jobs, a thread for each key, until they are stopped; remember what became of it."""

    def __init__(self, server: Replica, kill: int) -> None:
        self._server, self._kill = server, kill
        self.over = threading.Event()
        self.asked: list[str] = []
        self.made: list[Made] = []
        self._threads = [threading.Thread(target=self._create, args=(key,)) for key in KEYS]

    def __enter__(self) -> _Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join()

    def _create(self, key: str) -> None:
        with self._server.client(key) as client:
            for number in range(1 << 30):
                prompt = f"{key}, kill {self._kill}, job {number}"
                self.asked.append(prompt)
                try:
                    reply = client.post(VIDEOS, json={"model": "veo-3.1", "prompt": prompt})
                except httpx.HTTPError:
                    return  # killed in the midst of it: nothing was promised
                if reply.status_code == 200:
                    self.made.append(Made(perf_counter(), key, prompt, reply.json()))
                if self.over.is_set():
                    return


def run(kills: int, promise_s: float = PROMISE_S) -> tuple[dict[str, Any], list[Check]]:
    """So many kills; figures, and what was checked."""
    asked: set[str] = set()
    promised: list[Made] = []
    lost_s = [0.0]
    broken: list[str] = []
    with TemporaryDirectory() as folder:
        options = ("--state", str(Path(folder) / "state"), "--clock", "manual")
        server = Replica(*options)
        try:
            for kill in range(kills):
                with _Clients(server, kill) as clients:
                    clients.over.wait(promise_s + LOAD_S)
                    killed_s = perf_counter()
                    server.end(brutally=True)
                server = Replica(*options)
                asked |= set(clients.asked)
                promised += [made for made in clients.made if killed_s - made.at_s > promise_s]
                stored = {task["prompt"] for task in _tasks(server)}
                lost = [killed_s - made.at_s for made in clients.made if made.prompt not in stored]
                lost_s.append(max(lost, default=0.0))
                broken += _broken(server, promised)
            found = Counter(task["prompt"] for task in _tasks(server))
        finally:
            server.end()
    figures = {
        "kills": kills,
        "creations tried": len(asked),
        "promised": len(promised),
        "stored": len(found),
        "longest time before a kill of a job that was lost, ms": round(max(lost_s) * 1000),
    }
    return figures, [
        check("something was promised", [] if promised else ["nothing was"]),
        check(f"each job acknowledged {promise_s:g} s before a kill is there as it was", broken),
        check("no job is there that nobody asked for", sorted(set(found) - asked)),
        check("no job is there twice", [prompt for prompt, count in found.items() if count > 1]),
    ]


def _broken(server: Replica, promised: list[Made]) -> list[str]:
    """The prompts of the jobs that are gone, or do not read as their creation did."""
    clients = {key: server.client(key) for key in KEYS}
    try:
        return [
            made.prompt
            for made in promised
            if clients[made.key].get(f"{VIDEOS}/{made.reply['id']}").json() != made.reply
        ]
    finally:
        for client in clients.values():
            client.close()


def _tasks(server: Replica) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for key in KEYS:
        with server.client(key) as client:
            page: list[dict[str, Any]] = [{"ordinal": 0}]
            while page:
                path = f"/_mock/v1/sandboxes/current/tasks?after={page[-1]['ordinal']}&limit={PAGE}"
                page = client.get(path).raise_for_status().json()["tasks"]
                found += page
    return found
