"""A real Redis of the tests' own, on a free port, without anything on disk."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
import redis

STORE = "REELMOCK_TEST_STORE"


class RedisProcess:
    """A redis-server that can be stopped and started again on the same port."""

    def __init__(self, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--appendonly", "no", *self._options], stdout=subprocess.DEVNULL
        )
        client = redis.Redis(
            port=self.port, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.02), 500)
        )
        client.ping()
        client.close()

    def stop(self) -> None:
        """Ends it; what it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def require_redis_server() -> None:
    """Skips where redis-server is absent; fails where CI says that it must be there."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is not installed, and CI=true")
        pytest.skip("redis-server is not installed")


def pytest_configure(config: pytest.Config) -> None:
    """REELMOCK_TEST_STORE=redis: the run gets a Redis of its own, which all of xdist's workers use."""
    if os.environ.get(STORE) == "redis":
        if shutil.which("redis-server") is None:
            raise pytest.UsageError(f"{STORE}=redis, and redis-server is not installed")
        running = RedisProcess()
        os.environ[STORE] = running.url  # what the workers find
        config.add_cleanup(running.stop)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis for the whole run; every test takes a prefix of its own."""
    require_redis_server()
    running = RedisProcess()
    yield running.url
    running.stop()
