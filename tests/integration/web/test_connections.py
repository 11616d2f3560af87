"""One connection, byte by byte: replies keep their order and get out, however requests come in."""

from __future__ import annotations

import json
import re
import socket
from urllib.parse import urlsplit

import pytest

from mockserver.app import Running
from mockserver.web.protocol import Protocol
from tests.support.patience import PATIENCE_S
from tests.support.serving import client_of, settings

VIDEO = b'{"model":"veo-3.1","prompt":"a cat"}'
CHAT = b'{"model":"veo-3.1","stream":true,"messages":[{"role":"user","content":"a cat [mock:instant]"}]}'


def request(method: str, path: str, key: str, body: bytes = b"", *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: reelmock", f"authorization: Bearer {key}", *more]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.fixture
def connection(server: Running) -> socket.socket:
    parts = urlsplit(server.base_url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)


def everything(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    heard = b""
    while more := connection.recv(65536):
        heard += more
    connection.close()
    return heard


def statuses(heard: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", heard)]


def test_requests_in_one_segment_are_answered_in_their_order(
    connection: socket.socket, key: str
) -> None:
    connection.sendall(
        request("POST", "/apiyi/v1/videos", key, VIDEO)
        + request("GET", "/apiyi/v1/videos/nowhere", key)
        + request("GET", "/_mock/v1/version", key)
        + request("POST", "/apiyi/v1/chat/completions", key, CHAT)
        + request("GET", "/kie/api/v1/chat/credit", key, b"", "connection: close")
    )
    heard = everything(connection)
    assert statuses(heard) == [200, 404, 200, 200, 200]
    assert heard.index(b'"object":"video"') < heard.index(b"chat.completion.chunk")
    assert heard.index(b"[DONE]") < heard.index(b'"msg":"success"')


def test_a_client_that_closes_its_half_gets_its_reply(connection: socket.socket, key: str) -> None:
    connection.sendall(request("POST", "/apiyi/v1/videos", key, VIDEO))
    connection.shutdown(socket.SHUT_WR)
    head, _, body = everything(connection).partition(b"\r\n\r\n")
    assert statuses(head) == [200]
    assert json.loads(body)["status"] == "queued"


def test_what_is_no_request_gets_a_400_behind_the_reply_before_it(
    connection: socket.socket, key: str
) -> None:
    connection.sendall(request("POST", "/apiyi/v1/videos", key, VIDEO) + b"nonsense\r\n\r\n")
    assert statuses(everything(connection)) == [200, 400]


def test_a_body_that_comes_in_pieces_is_waited_for(connection: socket.socket, key: str) -> None:
    whole = request("POST", "/apiyi/v1/videos", key, VIDEO, "connection: close")
    for at in range(0, len(whole), 40):
        connection.sendall(whole[at : at + 40])
    assert statuses(everything(connection)) == [200]


def test_a_client_that_asks_first_is_told_to_go_on(connection: socket.socket, key: str) -> None:
    more = ("expect: 100-continue", "connection: close")
    whole = request("POST", "/apiyi/v1/videos", key, VIDEO, *more)
    connection.sendall(whole.removesuffix(VIDEO))
    assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(VIDEO)
    assert statuses(everything(connection)) == [200]


def test_a_sandbox_deleted_while_a_body_is_awaited_is_opened_anew(
    connection: socket.socket, server: Running, key: str
) -> None:
    with client_of(server, key) as other:
        assert other.post("/apiyi/v1/videos", content=VIDEO).status_code == 200
        whole = request("POST", "/apiyi/v1/videos", key, VIDEO, "expect: 100-continue")
        connection.sendall(whole.removesuffix(VIDEO))
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")  # its key has been looked up
        assert other.delete("/_mock/v1/sandboxes/current").status_code == 204
        connection.sendall(VIDEO)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        found = other.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]
    assert len(found) == 1
    connection.close()


def test_a_head_request_gets_the_head_alone(connection: socket.socket, key: str) -> None:
    connection.sendall(request("HEAD", "/apiyi/v1/models", key, b"", "connection: close"))
    head, _, body = everything(connection).partition(b"\r\n\r\n")
    assert (statuses(head), body) == ([200], b"")


@pytest.mark.parametrize("form", ["{}#part", "http://reelmock{}", "{}?"])
def test_a_target_may_be_a_whole_url_or_have_a_fragment(
    connection: socket.socket, key: str, form: str
) -> None:
    target = form.format("/apiyi/v1/models")
    connection.sendall(request("GET", target, key, b"", "connection: close"))
    assert statuses(everything(connection)) == [200]


def test_an_escaped_path_is_read(connection: socket.socket, key: str) -> None:
    connection.sendall(request("GET", "/apiyi/v1/%6Dodels", key, b"", "connection: close"))
    assert statuses(everything(connection)) == [200]


def test_http_1_0_gets_its_reply_and_the_end(connection: socket.socket, key: str) -> None:
    whole = request("POST", "/apiyi/v1/chat/completions", key, CHAT).replace(b"1.1", b"1.0", 1)
    connection.sendall(whole)
    heard = everything(connection)
    assert heard.rstrip(b"\r\n0").endswith(b"data: [DONE]")
    assert b"connection: close\r\n" in heard


def test_many_requests_at_once_are_each_answered(server: Running, key: str) -> None:
    parts = urlsplit(server.base_url)
    at = (parts.hostname, parts.port)
    connections = [socket.create_connection(at, timeout=PATIENCE_S) for _ in range(64)]
    for number, connection in enumerate(connections):
        path = f"/apiyi/v1/videos/{number}"
        connection.sendall(request("GET", path, f"{key}-{number}", b"", "connection: close"))
    heard = [everything(connection) for connection in connections]
    assert [statuses(each) for each in heard] == [[404]] * 64
    assert all(f"'{number}'".encode() in each for number, each in enumerate(heard))


@pytest.mark.parametrize(("given", "idle_s"), [({}, 75), ({"keep_alive": "90s"}, 90)])
def test_an_idle_connection_is_kept_for_as_long_as_the_setting_says(
    given: dict[str, str], idle_s: int
) -> None:
    running = Running(settings(**given))
    where = urlsplit(running.base_url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        connection.sendall(request("GET", "/", "sk-idle"))
        assert statuses(connection.recv(65536)) == [200]
        (protocol,) = running._listening._server.server_state.connections
        assert isinstance(protocol, Protocol)
        assert protocol.timeout_keep_alive == idle_s  # uvicorn's own are 5 s: a usual pace to poll
    running.stop()


def test_a_server_that_stops_says_nothing_of_a_body_that_did_not_come(
    key: str, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running(settings())
    running._listening._server.config.timeout_graceful_shutdown = 0
    where = urlsplit(running.base_url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        whole = request("POST", "/apiyi/v1/videos", key, VIDEO, "expect: 100-continue")
        connection.sendall(whole.removesuffix(VIDEO))
        assert statuses(connection.recv(65536)) == [100]
        running.stop()
    assert [record.getMessage() for record in caplog.records] == []
