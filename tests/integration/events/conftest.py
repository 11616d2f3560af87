"""What the tests of the event stream share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.control.records import Event
from mockserver.control.stream import Stream
from tests.support.patience import awaiting


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    """A control client whose key has a sandbox of its own, in clock mode manual."""
    with Control(server.base_url, key=key) as control:
        yield control


def submitted(client: httpx.Client, prompt: str = "a cat") -> str:
    """The id of a new Kie job."""
    body = {"model": "veo3_fast", "prompt": prompt}
    reply = client.post("/kie/api/v1/veo/generate", json=body).json()
    task_id: str = reply["data"]["taskId"]
    return task_id


def polled(client: httpx.Client, task_id: str) -> None:
    """One call about a job."""
    client.get("/kie/api/v1/veo/record-info", params={"taskId": task_id}).raise_for_status()


def some_of(stream: Stream, count: int) -> list[Event]:
    """The next events of a stream."""
    with awaiting(f"{count} events"):
        return list(islice(stream, count))


def rest_of(stream: Stream) -> list[Event]:
    """All events up to the end of a stream."""
    with awaiting("the end of a stream"):
        return list(stream)
