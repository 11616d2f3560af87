"""A sandbox on a real socket, and the few calls that scripted clients are made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from mockserver.control import Control, Findings
from mockserver.pytest_plugin.receiver import Receiver

GENERATE = "/kie/api/v1/veo/generate"
RECORD = "/kie/api/v1/veo/record-info"
ORDER = {"prompt": "a cat", "model": "veo3_fast"}
CHAT = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}


class Bench:
    """One client and its sandbox. `run` is what a campaign would know of the client's end."""

    def __init__(self, control: Control, sandbox: str, http: httpx.Client, hook: Receiver) -> None:
        self.control = control
        self.sandbox = sandbox
        self.http = http
        self.hook = hook
        self.run: dict[str, Any] = {}

    def fault(
        self,
        name: str,
        times: int | None = 1,
        when: dict[str, Any] | None = None,
        **parameters: Any,
    ) -> None:
        rule: dict[str, Any] = {"fault": name, "with": parameters, "when": when or {}}
        self.control.add_fault(rule if times is None else rule | {"times": times}, self.sandbox)

    def create(self, **fields: Any) -> str:
        """A job at Kie; its id, or nothing where the reply has none."""
        reply = self.http.post(GENERATE, json=ORDER | fields)
        try:
            return str(reply.json()["data"]["taskId"])
        except (ValueError, KeyError, TypeError):
            return ""

    def poll(self, task: str) -> dict[str, Any]:
        return dict(self.http.get(RECORD, params={"taskId": task}).json())

    def finished(self, **fields: Any) -> str:
        """A job that has succeeded, without the client having asked."""
        task = self.create(**fields)
        self.advance("10m")
        return task

    def url(self, task: str) -> str:
        return str(self.poll(task)["data"]["response"]["resultUrls"][0])

    def advance(self, by: str) -> None:
        self.control.advance(by, sandbox=self.sandbox)

    def settled(self, kind: str, count: int) -> None:
        """Waits until the server has journalled `count` entries of a kind."""
        while len(list(self.control.entries(self.sandbox, kind=kind))) < count:
            continue

    def findings(self) -> Findings:
        return self.control.findings(self.sandbox, **self.run)


@contextmanager
def bench(base_url: str, **settings: Any) -> Iterator[Bench]:
    """A fresh bench; the clock is manual unless the settings say otherwise."""
    given = {"clock": {"mode": "manual"}, "speed": 1.0} | settings
    with Control(base_url) as control, Receiver() as hook:
        sandbox = control.create_sandbox(**given)
        headers = {"authorization": f"Bearer {sandbox.api_key}"}
        plain: dict[str, Any] = {
            "trust_env": False,
            "verify": False,
        }  # http: no certificates to read
        with httpx.Client(base_url=base_url, headers=headers, **plain) as http:
            yield Bench(control, sandbox.id, http, hook)


def download(url: str, **headers: str) -> httpx.Response | None:
    """A download without a key; nothing when it breaks off."""
    try:
        return httpx.get(url, headers=headers, trust_env=False)
    except httpx.HTTPError:
        return None
