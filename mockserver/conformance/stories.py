"""What findings are tried on: sandboxes of clients that were good, careless and unlucky."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from mockserver.app import Running
from mockserver.control import Control
from mockserver.domain.finding.evidence import ClientRun, Evidence
from mockserver.domain.job.ids import key_hash
from mockserver.engine.findings import evidence
from mockserver.settings import load_settings

Act = Callable[["Caller"], None]
TIMEOUT_S = 30
GENERATE, RECORD = "/kie/api/v1/veo/generate", "/kie/api/v1/veo/record-info"
ORDER = {"model": "veo3_fast", "prompt": "a cat on a wall"}


class Caller:
    """One client of one sandbox, in clock mode manual."""

    def __init__(self, base_url: str, key: str, control: Control) -> None:
        self._base_url = base_url
        self._key = key
        self._http = build_opener(ProxyHandler({}))
        self.control = control

    def call(
        self, path: str, body: object = None, *, bare: bool = False, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body of one call; `bare`: without the key, as the media host wants it."""
        given = {} if bare else {"authorization": f"Bearer {self._key}"}
        if body is not None:
            headers["content-type"] = "application/json"
        url = path if "://" in path else self._base_url + path
        data = None if body is None else json.dumps(body).encode()
        try:
            with self._http.open(Request(url, data, given | headers), timeout=TIMEOUT_S) as reply:
                return reply.status, reply.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def job(self, **order: object) -> str:
        """The id of a new job; empty where it is refused."""
        content = json.loads(self.call(GENERATE, {**ORDER, **order})[1])
        return str((content.get("data") or {}).get("taskId", ""))

    def poll(self, task_id: str) -> Any:
        """The record of a job."""
        return json.loads(self.call(f"{RECORD}?taskId={task_id}")[1]).get("data") or {}


def _good(client: Caller) -> None:
    task_id = client.job()
    client.poll(task_id)
    client.control.advance("10m")
    (url,) = client.poll(task_id)["response"]["resultUrls"]
    client.call(url, bare=True)


def _careless(client: Caller) -> None:
    client.job()
    task_id = client.job(colour="red")
    for _ in range(8):
        client.poll(task_id)
    client.control.advance("10m")
    for _ in range(3):
        client.poll(task_id)
    client.call(f"{RECORD}?taskId=undefined&api_key=sk-secret-of-mine")
    client.call(GENERATE, {"model": "veo3_fast"})
    client.call(GENERATE, {"model": "veo3_fast"})


def _unlucky(client: Caller) -> None:
    client.control.add_fault({"fault": "http_error", "with": {"status": 500}, "times": 2})
    for _ in range(3):
        client.job()
    client.control.add_fault({"fault": "rate_limit", "when": {"call_phase": "poll"}, "times": 3})
    for task in client.control.tasks():
        for _ in range(2):
            client.poll(task.id)
    client.control.set_scenario("fail")
    task_id = client.job()
    client.control.advance("10m")
    client.poll(task_id)


STORIES: dict[str, Act] = {"good": _good, "careless": _careless, "unlucky": _unlucky}


@cache
def stories() -> dict[str, Evidence]:
    """The evidence of each client by its character, and of none; recorded once for this process."""
    running = Running(load_settings({"port": 0, "clock": "manual", "seed": "stories"}, {}))
    keys = {name: f"sk-story-{name}" for name in STORIES}
    try:
        for name, act in STORIES.items():
            with Control(running.base_url, None, keys[name]) as control:
                act(Caller(running.base_url, keys[name], control))
        with Control(running.base_url) as control:
            ids = {one.keys[0]: one.id for one in control.sandboxes()}
    finally:
        running.stop()
    found = {"nobody": Evidence(entries=(), now_ms=0)}
    for name, key in keys.items():
        sandbox_id = ids[key_hash(key)]
        seen = evidence(running.app.core, sandbox_id, over=True, client=ClientRun(0))
        found[name] = asyncio.run(seen)
    return found
