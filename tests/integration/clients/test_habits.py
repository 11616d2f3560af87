"""What HTTP clients of other languages do to the request of seed 003, byte by byte where it counts."""

from __future__ import annotations

import json
import socket
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockserver.app import Running
from tests.integration.clients.conftest import DRIVERS, execute
from tests.support import needs

PATH = "/xcompute/v1/videos/generations"
BODY = {
    "model": "veo3.1-fast",
    "prompt": "海豚在碧蓝海洋中跳跃",
    "duration": 8,
    "aspect_ratio": "16:9",
    "image_urls": ["https://cdn.example.com/doc/image_0.png"],
}
PLAIN = json.dumps(BODY, ensure_ascii=False).encode()
H2C = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAA")
JSON_TYPE = "Content-Type: application/json"


def request(key: str, body: bytes, *fields: str, method: str = "POST", path: str = PATH) -> bytes:
    """A request with just these header fields."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {key}"]
    lines += [*fields, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def exchange(server: Running, *pieces: bytes, replies: int = 1) -> list[tuple[int, bytes]]:
    """Sends pieces over one connection and reads so many replies: status and body of each."""
    where = urlsplit(server.base_url)
    assert where.hostname is not None
    with socket.create_connection((where.hostname, where.port), 10) as connection:
        for piece in pieces:
            connection.sendall(piece)
        stream = connection.makefile("rb")
        return [_reply(stream) for _ in range(replies)]


def _reply(stream: socket.SocketIO) -> tuple[int, bytes]:  # type: ignore[name-defined]
    status = int(stream.readline().split()[1])
    length = 0
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, stream.read(length)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param(PLAIN, (JSON_TYPE,), id="Go, no Accept"),
        pytest.param(PLAIN, ("Content-Type: application/json; charset=utf-8",), id="C#"),
        pytest.param(json.dumps(BODY).encode(), (JSON_TYPE, "Accept: */*"), id="Python, escaped"),
        pytest.param(json.dumps(BODY).replace("/", "\\/").encode(), (JSON_TYPE,), id="PHP"),
        pytest.param(
            json.dumps({**BODY, "image_urls": BODY["image_urls"][0]}).encode(),  # type: ignore[index]
            (JSON_TYPE,),
            id="R, array of one unboxed",
        ),
        pytest.param(PLAIN, (JSON_TYPE, *H2C), id="Java, first request"),
    ],
)
def test_a_language_s_habits_do_no_harm(
    server: Running, key: str, body: bytes, fields: tuple[str, ...]
) -> None:
    [(status, found)] = exchange(server, request(key, body, *fields))
    assert status == 200, found
    assert json.loads(found)["data"][0]["status"] == "submitted"


def test_an_offer_to_upgrade_does_not_break_the_connection(server: Running, key: str) -> None:
    offering = request(key, PLAIN, JSON_TYPE, *H2C)
    asking = request(key, b"", *H2C, method="GET", path="/xcompute/v1/models")
    found = exchange(server, offering, asking, request(key, PLAIN, JSON_TYPE), replies=3)
    assert [status for status, _ in found] == [200, 200, 200]


@pytest.mark.parametrize("at", [1, 60, 200, -len(PLAIN), -len(PLAIN) + 1, -1])
def test_an_offer_to_upgrade_may_come_in_pieces(server: Running, key: str, at: int) -> None:
    whole = request(key, PLAIN, JSON_TYPE, *H2C)
    [(status, _)] = exchange(server, whole[:at], whole[at:])
    assert status == 200


def test_requests_in_one_write_are_all_answered(server: Running, key: str) -> None:
    plain, offering = request(key, PLAIN, JSON_TYPE), request(key, PLAIN, JSON_TYPE, *H2C)
    found = exchange(server, plain + offering + plain, replies=3)
    assert [status for status, _ in found] == [200, 200, 200]


def test_a_websocket_offer_is_answered_as_a_plain_request(server: Running, key: str) -> None:
    offer = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    asking = request(key, b"", *offer, method="GET", path="/xcompute/v1/models")
    [(status, _)] = exchange(server, asking)
    assert status == 200


def test_connect_is_refused(server: Running) -> None:
    [(status, _)] = exchange(
        server, b"CONNECT example.com:80 HTTP/1.1\r\nHost: example.com\r\n\r\n"
    )
    assert status == 400


def test_python_s_own_client_submits(server: Running, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = urllib.request.Request(server.base_url + PATH, json.dumps(BODY).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(asked) as reply:
        assert json.load(reply)["code"] == 200


def test_the_jdk_s_client_submits_twice(server: Running, key: str, tmp_path: Path) -> None:
    compiler, runtime = needs.runtime("javac"), needs.runtime("java")
    execute([compiler, "-encoding", "UTF-8", "-d", str(tmp_path), str(DRIVERS / "Xcompute.java")])
    base = f"{server.base_url}/xcompute"
    shown = execute([runtime, "-cp", str(tmp_path), "Xcompute", base, key])
    assert [line[:4] for line in shown.splitlines()] == ["200 ", "200 "]
