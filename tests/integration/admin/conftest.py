"""What the tests of the control API share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control

Submit = Callable[..., str]


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    """A control client whose key has a sandbox of its own, in clock mode manual."""
    with Control(server.base_url, key=key) as control:
        yield control


@pytest.fixture
def submit(client: httpx.Client) -> Submit:
    """Submits an APIYI job and gives its id; `prompt` may hold a directive."""

    def submit(prompt: str = "a cat", **fields: Any) -> str:
        body = {"model": "veo-3.1", "prompt": prompt, **fields}
        reply = client.post("/apiyi/v1/videos", json=body)
        assert reply.status_code == 200, reply.text
        task_id: str = reply.json()["id"]
        return task_id

    return submit


@pytest.fixture
def submit_kie(client: httpx.Client) -> Submit:
    """Submits a Kie job and gives its id."""

    def submit(prompt: str = "a cat", **fields: Any) -> str:
        body = {"model": "veo3_fast", "prompt": prompt, **fields}
        reply = client.post("/kie/api/v1/veo/generate", json=body).json()
        assert reply["code"] == 200, reply
        task_id: str = reply["data"]["taskId"]
        return task_id

    return submit
