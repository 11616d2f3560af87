"""What a client sends cannot fill the server's memory, and comes back no longer than it need be."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import App, Running, build
from mockserver.domain.provider.bounds import MAX_PROMPT_BYTES
from mockserver.web.reading import Room
from mockserver.web.root import Root
from tests.support.patience import PATIENCE_S, awaiting
from tests.support.serving import settings

TOO_LONG = "prompt: got 65537 bytes, expected at most 65536"
ASKS = "access-control-request-headers"
# What each provider says to it: Kie's documented text for whatever is wrong, the one of xcompute's
# 400, and one that is assumed for APIYI. Ours stands in the header alone.
CREATIONS: dict[str, tuple[dict[str, Any], int, str]] = {
    "/apiyi/v1/videos": ({"model": "veo-3.1"}, 413, '"message":"Request body too large"'),
    "/kie/api/v1/veo/generate": (
        {"model": "veo3_fast"}, 200,
        '"code":422,"msg":"Validation Error - The request parameters failed validation checks"',
    ),
    "/xcompute/v1/videos/generations": ({"model": "veo3.1-fast"}, 413, '"message":"请求参数无效"'),
}  # fmt: skip


@pytest.mark.parametrize("path", CREATIONS)
def test_a_prompt_of_64_kb_is_taken_and_a_longer_one_refused_in_the_envelope(
    client: httpx.Client, path: str
) -> None:
    body, status, said = CREATIONS[path]
    taken = client.post(path, json={**body, "prompt": "a" * MAX_PROMPT_BYTES})
    assert "x-mock-reason" not in taken.headers
    refused = client.post(path, json={**body, "prompt": "a" * (MAX_PROMPT_BYTES + 1)})
    assert refused.status_code == status
    assert refused.headers["x-mock-reason"] == TOO_LONG
    assert said in refused.text
    assert TOO_LONG not in refused.text
    tasks = client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]
    assert len(tasks) == 1


@pytest.mark.parametrize(
    "path", ["/apiyi/v1/", "/kie/api/v1/veo/", "/xcompute/v1/", "/nowhere/", "/_mock/v1/"]
)
def test_a_long_path_comes_back_shortened(client: httpx.Client, path: str) -> None:
    refused = client.get(path + "x" * 20_000)
    assert refused.status_code == (200 if path.startswith("/kie/") else 404)  # as Kie does
    head = sum(len(name) + len(value) for name, value in refused.headers.raw)
    assert head < 1000
    assert len(refused.content) < 1000


def test_a_long_list_of_headers_that_a_page_asks_for_does_not_come_back(
    client: httpx.Client,
) -> None:
    asked = [client.options("/apiyi/v1/models", headers={ASKS: "x-a," * n}) for n in (3, 3000)]
    allowed = [reply.headers["access-control-allow-headers"] for reply in asked]
    assert allowed == ["x-a,x-a,x-a,", "*"]


def test_a_long_id_comes_back_shortened_in_the_head(client: httpx.Client) -> None:
    refused = client.get("/kie/api/v1/veo/record-info", params={"taskId": "x" * 20_000})
    assert refused.json()["code"] == 422
    assert len(refused.headers["x-mock-reason"]) <= 500


def test_a_callback_url_of_more_than_64_kb_makes_no_job(client: httpx.Client) -> None:
    url = "http://127.0.0.1:9/" + "a" * 70_000
    asked = {"prompt": "a cat", "model": "veo3_fast", "callBackUrl": url}
    refused = client.post("/kie/api/v1/veo/generate", json=asked)
    assert refused.json()["data"] is None
    assert refused.headers["x-mock-reason"].startswith("callBackUrl: got ")
    assert client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"] == []


def test_bodies_that_come_in_at_the_same_time_have_a_common_bound(key: str) -> None:
    running = Running(settings())
    room = _room_of(running.app)
    room.left_bytes = 150_000  # a small server
    body = json.dumps({"model": "veo-3.1", "prompt": "a cat", "more": "a" * 90_000}).encode()
    first, second = (_connected(running) for _ in range(2))
    _send(first, key, body[:80_000], len(body))
    with awaiting("the first piece to be read"):
        while room.left_bytes > 70_000:
            pass
    _send(second, key, body[:80_000], len(body))
    refused = second.recv(65536)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1\r\n" in refused
    assert b"x-mock-reason: body: the bodies that are coming in may have 134217728" in refused
    assert b'"code":"heavy_load"' in refused
    first.sendall(body[80_000:])
    assert first.recv(65536).startswith(b"HTTP/1.1 200 ")
    second.sendall(body[80_000:])  # the rest of the refused one is read, and thrown away
    _send(second, key, body, len(body))
    assert second.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert room.left_bytes == 150_000
    first.close()
    second.close()
    running.stop()


class Sent(bytes):
    """A body that tells when nobody holds it any more."""

    let_go = 0

    def __del__(self) -> None:
        Sent.let_go += 1


def test_a_reply_that_takes_long_does_not_keep_the_body_of_its_request() -> None:
    app = build(settings(clock="manual", store="memory"), "http://127.0.0.1")
    chat = {"model": "veo-3.1", "stream": True}
    said = [{"role": "user", "content": "a" * 60_000}]
    coming = [Sent(json.dumps({**chat, "messages": said}).encode())]
    scope = {
        "type": "http", "method": "POST", "path": "/apiyi/v1/chat/completions", "scheme": "http",
        "query_string": b"", "headers": [(b"authorization", b"Bearer k")], "client": None,
    }  # fmt: skip

    async def begun() -> int:
        loop = asyncio.get_running_loop()
        never: asyncio.Future[dict[str, Any]] = loop.create_future()
        has_begun: asyncio.Future[int] = loop.create_future()

        async def receive() -> dict[str, Any]:
            if not coming:
                return await never
            return {"type": "http.request", "body": coming.pop(), "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if not has_begun.done():
                has_begun.set_result(message["status"])

        streaming = asyncio.ensure_future(app.asgi(scope, receive, send))  # type: ignore[arg-type]
        status = await has_begun
        assert Sent.let_go == 1
        assert not streaming.done()
        streaming.cancel()
        return status

    assert asyncio.run(begun()) == 200


def _room_of(app: App) -> Room:
    assert isinstance(app.asgi, Root)
    return app.asgi._gateway._room


def _connected(running: Running) -> socket.socket:
    where = urlsplit(running.base_url)
    return socket.create_connection((where.hostname, where.port), timeout=PATIENCE_S)


def _send(connection: socket.socket, key: str, body: bytes, size_bytes: int) -> None:
    head = f"POST /apiyi/v1/videos HTTP/1.1\r\nauthorization: Bearer {key}\r\n"
    connection.sendall(f"{head}content-length: {size_bytes}\r\n\r\n".encode() + body)
