"""A server that refuses connections for a while, and when it must not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import Running
from tests.support.patience import awaiting
from tests.support.serving import settings
from tests.support.struck import Struck

RULE = {"fault": "connection_refused", "times": 1}


@pytest.fixture
def running() -> Iterator[Running]:
    """A server of its own, since the fault strikes every client."""
    started = Running(settings(clock="manual"))
    yield started
    started.stop()


def address(running: Running) -> tuple[str, int]:
    parts = urlsplit(running.base_url)
    return parts.hostname or "", parts.port or 0


def refuses(running: Running) -> bool:
    try:
        socket.create_connection(address(running), timeout=10).close()
    except ConnectionRefusedError:
        return True
    return False


def strike(struck: Struck, span: str) -> None:
    struck.set({**RULE, "with": {"for": span}})
    with pytest.raises(httpx.ReadError):
        struck.create()


def test_a_client_that_tries_again_gets_in_and_nothing_was_accepted(
    running: Running, key: str
) -> None:
    struck = Struck(running, key)
    strike(struck, "2s")
    with pytest.raises(httpx.ConnectError), struck.client() as another:
        another.get("/apiyi/v1/models")
    with awaiting("the server to listen again"):
        while refuses(running):
            pass
    assert struck.create().status_code == 200
    assert len(struck.control.tasks()) == 1
    assert struck.rule()["struck"] == 1
    struck.close()


def test_it_is_refused_again_by_the_next_strike(running: Running, key: str) -> None:
    struck = Struck(running, key)
    for _ in range(2):
        struck.control.clear_faults()
        strike(struck, "0s")
        with awaiting("the server to listen again"):
            while refuses(running):
                pass
    assert struck.create().status_code == 200
    struck.close()


def test_a_server_stops_while_it_refuses(key: str) -> None:
    running = Running(settings(clock="manual"))
    struck = Struck(running, key)
    strike(struck, "1m")
    struck.close()
    with awaiting("the server to stop"):
        running.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address(running), timeout=10)


def test_a_server_does_not_hide_for_longer_than_a_minute(running: Running, key: str) -> None:
    struck = Struck(running, key)
    rule = {**RULE, "with": {"for": "61s"}}
    told = struck.http.post("/_mock/v1/sandboxes/current/faults", json=rule)
    assert told.status_code == 422
    assert "at most 1m" in told.text
    struck.close()


def test_where_others_listen_on_the_socket_it_is_a_501_that_says_why(
    running: Running, key: str
) -> None:
    running._listening._server.config.refuse_for = None  # as with several workers
    struck = Struck(running, key)
    struck.set(RULE)
    refused = struck.create()
    assert refused.status_code == 501
    assert "`--workers 1`" in refused.json()["detail"]
    assert not refuses(running)
    struck.close()
