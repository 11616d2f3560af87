"""The application under a stock uvicorn: what only our own server can perform is refused, not faked."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.app import build
from tests.support.patience import joined
from tests.support.serving import settings

VIDEO = {"model": "veo-3.1", "prompt": "a cat [mock:instant]"}
FAULTS = "/_mock/v1/sandboxes/current/faults"


@pytest.fixture(scope="module", params=[HttpToolsProtocol, H11Protocol])
def foreign_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the application listens under somebody else's ASGI server."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = build(settings(clock="manual"), url)
        config = uvicorn.Config(app.asgi, http=request.param, lifespan="on", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        yield url
        app.stop()
        server.should_exit = True
        joined(thread)


@pytest.fixture
def client(foreign_url: str, key: str) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(
        base_url=foreign_url, headers=headers, trust_env=False, verify=False
    ) as client:
        yield client


def _set(client: httpx.Client, rule: dict[str, Any]) -> None:
    added = client.post(FAULTS, json=rule)
    assert added.status_code == 201, added.text


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "hang_up"},
        {"fault": "hang_up", "with": {"at": "50%"}},
        {"fault": "reset"},
        {"fault": "connection_refused"},
        {"fault": "close_idle"},
        {"fault": "close_on_next"},
        {"fault": "not_http"},
        {"fault": "broken_chunks"},
        {"fault": "no_answer"},
    ],
    ids=str,
)
def test_a_fault_that_needs_the_transport_is_a_501_that_says_why(
    client: httpx.Client, rule: dict[str, Any]
) -> None:
    task = client.post("/apiyi/v1/videos", json=VIDEO).json()["id"]
    _set(client, rule | {"when": {"operation": "status"}, "times": 1})
    refused = client.get(f"/apiyi/v1/videos/{task}")
    assert refused.status_code == 501
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["title"], problem["status"]) == ("Not implemented", 501)
    assert "serve with `reelmock serve`" in problem["detail"]
    assert client.get(f"/apiyi/v1/videos/{task}").status_code == 200


def test_a_download_of_the_wrong_length_is_a_501_too(client: httpx.Client) -> None:
    task = client.post("/apiyi/v1/videos", json=VIDEO).json()["id"]
    url = client.get(f"/apiyi/v1/videos/{task}/content").json()["url"]
    _set(client, {"fault": "media_wrong_length", "times": 1})
    assert client.get(url).status_code == 501
    assert client.get(url).content[4:8] == b"ftyp"


def test_everything_else_is_performed(client: httpx.Client) -> None:
    _set(client, {"fault": "http_error", "with": {"status": 500}, "times": 1})
    assert client.post("/apiyi/v1/videos", json=VIDEO).status_code == 500
    messages = [{"role": "user", "content": VIDEO["prompt"]}]
    chat = {"model": "veo-3.1", "stream": True, "messages": messages}
    with client.stream("POST", "/apiyi/v1/chat/completions", json=chat) as reply:
        assert b"".join(reply.iter_raw()).endswith(b"data: [DONE]\n\n")
