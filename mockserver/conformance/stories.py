"""Samples for findings: the sandboxes of a good, a careless and an unlucky client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

from mockserver.app import Running
from mockserver.conformance import samples
from mockserver.conformance.visitor import Visitor
from mockserver.control import Control
from mockserver.domain.finding.evidence import ClientRun, Evidence
from mockserver.domain.job.ids import key_hash
from mockserver.engine.findings import evidence
from mockserver.settings import load_settings

Act = Callable[["Client"], None]


class Client:
    """One client of one sandbox, in clock mode manual."""

    def __init__(self, visitor: Visitor, control: Control) -> None:
        self.visitor = visitor
        self.control = control
        provider = visitor.provider
        self.order = {"model": provider.models[0].name, "prompt": "a cat on a wall"}
        self._create, self._poll = visitor.first("create"), visitor.first("poll")

    def job(self, **more: object) -> str:
        """The id of a new job; empty if it is refused."""
        reply = self.visitor.create(self._create, {**self.order, **more})
        return self.visitor.provider.judging.created_id(reply.json)

    def poll(self, task_id: str, **query: str) -> tuple[str, ...]:
        """The links that a poll names."""
        return self.visitor.call(self._poll, task_id, query=query).links


def _good(client: Client) -> None:
    task_id = client.job()
    client.poll(task_id)
    client.control.advance("1h")
    (link,) = client.poll(task_id)
    client.visitor.fetch(link)


def _careless(client: Client) -> None:
    client.job()
    task_id = client.job(colour="red")
    for _ in range(8):
        client.poll(task_id)
    client.control.advance("1h")
    for _ in range(3):
        client.poll(task_id)
    client.poll("undefined", api_key="sk-secret-of-mine")
    for _ in range(2):
        client.job(prompt="")


def _unlucky(client: Client) -> None:
    client.control.add_fault({"fault": "http_error", "with": {"status": 500}, "times": 2})
    for _ in range(3):
        client.job()
    client.control.add_fault({"fault": "rate_limit", "when": {"call_phase": "poll"}, "times": 3})
    for task in client.control.tasks():
        for _ in range(2):
            client.poll(task.id)
    client.control.set_scenario("fail")
    task_id = client.job()
    client.control.advance("1h")
    client.poll(task_id)


STORIES: dict[str, Act] = {"good": _good, "careless": _careless, "unlucky": _unlucky}


@cache
def stories() -> dict[str, Evidence]:
    """The evidence of each client by its character, and of a client that made no call. It is
    recorded once in a process.
    """
    running = Running(load_settings({"port": 0, "clock": "manual", "seed": "stories"}, {}))
    keys = {name: f"sk-story-{name}" for name in STORIES}
    try:
        for name, act in STORIES.items():
            with Control(running.base_url, None, keys[name]) as control:
                act(Client(Visitor(running.base_url, samples.provider(), keys[name]), control))
        with Control(running.base_url) as control:
            ids = {one.keys[0]: one.id for one in control.sandboxes()}
    finally:
        running.stop()
    found = {"nobody": Evidence(entries=(), now_ms=0)}
    for name, key in keys.items():
        seen = evidence(running.app.core, ids[key_hash(key)], over=True, client=ClientRun(0))
        found[name] = asyncio.run(seen)
    return found
