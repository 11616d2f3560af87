"""The fixture `reelmock_guard`: no socket of the test's process reaches a real host."""

from __future__ import annotations

import socket
from socket import gethostbyname, gethostbyname_ex

import pytest
from msgspec.structs import replace

from mockserver.embedded.guard import Guard, guarded_sockets
from mockserver.embedded.guarded_sockets import Refused
from mockserver.providers.kie import PROVIDER
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
    here = replace(PROVIDER, hosts=("localhost",))
    for _ in range(2):
        with guarded_sockets(Guard([here])), pytest.raises(Refused):
            socket.getaddrinfo("localhost", 80)
        assert socket.getaddrinfo("localhost", 80)
    assert (socket.getaddrinfo, socket.socket.connect) == before


def test_a_function_that_was_imported_before_the_guard_is_guarded_too() -> None:
    here = replace(PROVIDER, hosts=("localhost",))
    for look_up in (gethostbyname, gethostbyname_ex):
        guard = Guard([here])
        with guarded_sockets(guard), pytest.raises(Refused):
            look_up("localhost")
        assert [attempt.host for attempt in guard.attempts] == ["localhost"]
