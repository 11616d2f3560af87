"""What the first lines of a request may look like, and how large they may be."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from mockserver.app import Running
from mockserver.web.protocol import MAX_HEAD_BYTES
from tests.integration.web.test_connections import everything, request, statuses
from tests.support.patience import PATIENCE_S
from tests.support.serving import client_of

LONG = "x" * MAX_HEAD_BYTES
# Each provider's own way to say no, with the number 431 where it has one.
ENVELOPES = {
    "/apiyi/v1/videos": lambda body: body["error"]["message"],
    "/kie/api/v1/veo/generate": lambda body: body["msg"],
    "/xcompute/v1/videos/generations": lambda body: body["error"]["message"],
}


def opened(server: Running) -> socket.socket:
    parts = urlsplit(server.base_url)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)


@pytest.mark.parametrize("path", ENVELOPES)
@pytest.mark.parametrize("place", ["in a header", "in the path", "in a header that does not end"])
def test_a_head_that_is_too_large_is_refused_in_the_provider_s_envelope(
    server: Running, key: str, path: str, place: str
) -> None:
    if place == "in the path":
        sent = request("POST", f"{path}?{LONG}", key)
    else:
        sent = request("POST", path, key, b"", f"x-long: {LONG}")
    if place == "in a header that does not end":
        sent = sent.removesuffix(b"\r\n\r\n") + 10 * LONG.encode()
    connection = opened(server)
    connection.sendall(sent)
    head, _, body = everything(connection).partition(b"\r\n\r\n")
    assert statuses(head) == [431]
    assert b"connection: close" in head
    assert b"x-mock-reason: head: more than 32768 bytes" in head
    assert ENVELOPES[path](json.loads(body)) == "Request Header Fields Too Large"


def test_kie_s_envelope_of_a_head_that_is_too_large_has_the_assumed_code(
    server: Running, key: str
) -> None:
    connection = opened(server)
    connection.sendall(request("POST", "/kie/api/v1/veo/generate", key, b"", f"x-long: {LONG}"))
    head, _, body = everything(connection).partition(b"\r\n\r\n")
    assert statuses(head) == [431]
    assert json.loads(body)["code"] == 422


def test_a_head_that_is_too_large_and_names_nobody_gets_a_problem(
    server: Running, key: str
) -> None:
    connection = opened(server)
    connection.sendall(request("GET", "/nowhere", key, b"", f"x-long: {LONG}"))
    head, _, body = everything(connection).partition(b"\r\n\r\n")
    assert statuses(head) == [431]
    assert json.loads(body)["status"] == 431


def test_a_head_just_within_the_bound_is_served(server: Running, key: str) -> None:
    room = MAX_HEAD_BYTES - 300
    fits = request(
        "GET", "/apiyi/v1/models", key, b"", f"x-long: {'x' * room}", "connection: close"
    )
    connection = opened(server)
    connection.sendall(fits)
    assert statuses(everything(connection)) == [200]


def test_a_large_body_behind_a_small_head_is_no_large_head(server: Running, key: str) -> None:
    body = json.dumps({"model": "veo-3.1", "prompt": "a cat", "note": 3 * LONG}).encode()
    connection = opened(server)
    first, last = (
        request("POST", "/apiyi/v1/videos", key, body),
        request("GET", "/apiyi/v1/models", key),
    )
    connection.sendall(first + last[:20])
    connection.sendall(last[20:-4] + b"\r\nconnection: close\r\n\r\n")
    assert statuses(everything(connection)) == [200, 200]


def test_replies_before_a_head_that_is_too_large_are_not_lost(server: Running, key: str) -> None:
    connection = opened(server)
    connection.sendall(
        request("GET", "/_mock/v1/version", key)
        + request("GET", "/apiyi/v1/models", key)
        + request("GET", "/apiyi/v1/models", key, b"", f"x-long: {LONG}")
        + request("GET", "/apiyi/v1/models", key)
    )
    assert statuses(everything(connection)) == [200, 200, 431]


def test_what_comes_behind_a_head_that_is_too_large_is_not_served(
    server: Running, key: str
) -> None:
    connection = opened(server)
    creation = request("POST", "/apiyi/v1/videos", key, b'{"model":"veo-3.1","prompt":"a cat"}')
    connection.sendall(request("GET", "/apiyi/v1/models", key, b"", f"x-long: {LONG}") + creation)
    assert statuses(everything(connection)) == [431]
    with client_of(server, key) as client:
        assert client.get("/apiyi/v1/videos/nowhere").status_code == 404
        assert client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"] == []


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "GET"])
def test_the_target_star_is_answered(server: Running, key: str, method: str) -> None:
    connection = opened(server)
    connection.sendall(request(method, "*", key, b"", "connection: close"))
    expected = {"OPTIONS": 204, "HEAD": 404, "GET": 404}[method]
    assert statuses(everything(connection)) == [expected]


def test_connect_with_a_whole_url_is_refused_once_and_serves_nobody(
    server: Running, key: str
) -> None:
    connection = opened(server)
    connection.sendall(
        request("GET", "/apiyi/v1/models", key)
        + request("CONNECT", "http://localhost/apiyi/v1/videos/never-asked", key)
    )
    heard = everything(connection)
    assert statuses(heard) == [200, 400]
    assert heard.endswith(b"CONNECT is not served: this is no proxy.")


def test_two_thousand_pipelined_offers_to_upgrade_are_all_answered(
    server: Running, key: str
) -> None:
    # Small enough that all of them come in one piece.
    asked = b"GET /kie/x HTTP/1.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
    connection = opened(server)
    last = request("GET", "/apiyi/v1/models", key, b"", "connection: close")
    connection.sendall(2000 * asked + last)
    assert statuses(everything(connection)) == [200] * 2001


def test_a_body_that_cannot_be_read_ends_its_request_and_loses_no_reply(
    server: Running, key: str
) -> None:
    connection = opened(server)
    broken = request("POST", "/apiyi/v1/videos", key, b"", "transfer-encoding: chunked")
    connection.sendall(request("GET", "/_mock/v1/version", key) + broken + b"zz\r\nnonsense\r\n")
    assert statuses(everything(connection)) == [200, 400]


def test_a_target_on_the_guarded_side_is_told_by_the_path_and_not_by_the_host() -> None:
    from mockserver.settings import load_settings

    running = Running(load_settings({"port": 0, "admin_token": "a-long-admin-token"}, {}))
    try:
        connection = opened(running)
        asked = request("GET", "/_mock/v1/sandboxes", "sk", b"", "connection: close")
        connection.sendall(asked.replace(b"host: reelmock", b"host: x/_mock/v1/health?"))
        assert statuses(everything(connection)) == [401]
    finally:
        running.stop()
