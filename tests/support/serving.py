"""A real server on a real socket, one for the whole run; every test takes a key of its own."""

from __future__ import annotations

import itertools
import os
import ssl
from collections.abc import Iterator
from typing import Literal

import httpx
import pytest

from mockserver.app import Running
from mockserver.settings import Settings, load_settings
from tests.support.patience import PATIENCE_S
from tests.support.redis_server import STORE

_numbers = itertools.count(1)


def settings(**changes: object) -> Settings:
    """Settings of a test server: a free port, the providers' own pace, a short callback timeout.

    REELMOCK_TEST_STORE names the store that every server of the run keeps its sandboxes in; `redis`
    is one of the run's own (`redis_server.py`).
    """
    usual = {"port": 0, "speed": 1.0, "callback_timeout": "1s"}
    store = os.environ.get(STORE)
    if store:
        usual |= {"store": store, "store_prefix": f"test{os.getpid()}-{next(_numbers)}"}
    return load_settings(usual | changes, {})


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """A server whose sandboxes stand still until they are advanced (clock mode manual)."""
    running = Running(settings(clock="manual"))
    yield running
    running.stop()


@pytest.fixture
def key() -> str:
    """An API key that nobody else has: it opens a fresh sandbox."""
    return f"sk-test-{next(_numbers)}"


@pytest.fixture
def client(server: Running, key: str) -> Iterator[httpx.Client]:
    """An HTTP client at the server's root that sends the key as Bearer."""
    with client_of(server, key) as client:
        yield client


def client_of(
    server: Running, key: str, trusted: ssl.SSLContext | Literal[False] = False
) -> httpx.Client:
    """A client at a server's root that sends a key as Bearer."""
    headers = {"authorization": f"Bearer {key}"}
    # Reading certificates for which there is no use would take longer than most tests.
    return httpx.Client(
        base_url=server.base_url,
        headers=headers,
        trust_env=False,
        verify=trusted,
        timeout=PATIENCE_S,
    )
