"""Redis servers and replicas for tests that do something to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mockserver.app import Running
from tests.support.redis_server import RedisProcess
from tests.support.serving import settings

Serve = Callable[..., Running]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis of this test's own that keeps what it was given."""
    kept = ("--appendonly", "yes", "--appendfsync", "always", "--dir", str(tmp_path))
    running = RedisProcess(*kept)
    yield running
    running.stop()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts replicas in this process, by URL and prefix of the store; they end with the test."""
    with ExitStack() as stack:

        def start(url: str, prefix: str, **changes: object) -> Running:
            usual: dict[str, object] = {"clock": "manual", "store": url, "store_prefix": prefix}
            running = Running(settings(**(usual | changes)))
            stack.callback(running.stop)
            return running

        yield start
