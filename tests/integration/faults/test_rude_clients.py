"""Clients that hang up, send half a request, or never read cost nothing once they have gone."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import Running
from tests.support.advancing import on_server

TIMES = 334  # of each kind: about a thousand together
BODY = b'{"model":"veo-3.1","stream":true,"messages":[{"role":"user","content":"a cat"}]}'


def head(path: str, key: str, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nhost: reelmock\r\nauthorization: Bearer {key}\r\n"
        f"x-mock-fault: slow_body bytes=1 gap=1h\r\ncontent-length: {length}\r\n\r\n"
    ).encode()


def hangs_up(connection: socket.socket, key: str) -> None:
    """Asks for a stream that will not end, and goes."""
    connection.sendall(head("/apiyi/v1/chat/completions", key, len(BODY)) + BODY)
    assert connection.recv(12) == b"HTTP/1.1 200"


def sends_half_a_request(connection: socket.socket, key: str) -> None:
    connection.sendall(head("/apiyi/v1/videos", key, 1000) + b'{"model":')


def never_reads(connection: socket.socket, key: str) -> None:
    connection.sendall(head("/apiyi/v1/chat/completions", key, len(BODY)) + BODY)


def _tasks() -> int:
    return len(asyncio.all_tasks())


def _objects() -> int:
    """How many connections, waits and performances there are in this process.

    For the server's own thread: what another thread just builds must not be looked at.
    """
    gc.collect()
    names = {"Protocol", "Waiter", "_Act", "RequestResponseCycle"}
    return sum(type(thing).__name__ in names for thing in gc.get_objects())


async def _now(count: Callable[[], int]) -> int:
    return count()


async def _settled(count: Callable[[], int], limit: int) -> int:
    """How many there are on the server's loop, as soon as they are within the limit."""
    loop = asyncio.get_running_loop()
    for _ in range(200):
        if count() <= limit:
            break
        pause = loop.create_future()
        loop.call_later(0.05, pause.set_result, None)
        await pause
    return count()


@pytest.mark.parametrize("rude", [hangs_up, sends_half_a_request, never_reads])
def test_a_thousand_rude_clients_leave_nothing_behind(
    server: Running, client: httpx.Client, key: str, rude: Callable[[socket.socket, str], None]
) -> None:
    client.get("/apiyi/v1/models")
    address = urlsplit(server.base_url)
    before = on_server(server, _now(_tasks))
    on_server(server, _now(_objects))
    kept = on_server(server, _now(_objects))
    for _ in range(TIMES):
        with socket.create_connection((address.hostname, address.port), 10) as connection:
            rude(connection, key)
    assert on_server(server, _settled(_tasks, before)) <= before
    assert client.get("/apiyi/v1/models").status_code == 200
    # Jobs and journal entries stay, as they should; connections, requests and waits do not.
    assert on_server(server, _settled(_objects, kept + 20)) - kept <= 20
