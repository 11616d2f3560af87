"""The fixture `reelmock_guard`: no socket of the test's process reaches a real host."""

from __future__ import annotations

import socket

import pytest

from mockserver.embedded.guard import Guard, guarded_sockets
from tests.support.nested import ALONE

pytest_plugins = ["pytester"]

TRIES = """
import asyncio, socket, httpx
import pytest

def test_httpx(reelmock_guard):
    with pytest.raises(httpx.ConnectError):
        httpx.get("https://api.kie.ai/api/v1/chat/credit", trust_env=False)

def test_asyncio(reelmock_guard):
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(asyncio.open_connection("API.apiyi.com.", 443))

def test_the_mock(reelmock, reelmock_guard):
    assert httpx.get(reelmock.url + "/_mock/v1/version").status_code == 200
"""


def test_a_test_that_tried_fails_and_names_the_host(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TRIES)
    found = pytester.runpytest_subprocess(*ALONE)
    found.assert_outcomes(passed=3, errors=2)
    text = found.stdout.str()
    why = "the connection was refused before a request came"
    assert f"api.kie.ai (path not seen: {why})" in text
    assert f"api.apiyi.com (path not seen: {why})" in text


def test_afterwards_sockets_are_what_they_were() -> None:
    before = (socket.getaddrinfo, socket.socket.connect)
    with guarded_sockets(Guard(())):
        assert socket.getaddrinfo is not before[0]
    assert (socket.getaddrinfo, socket.socket.connect) == before
