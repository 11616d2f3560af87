"""A real Redis of the tests' own, on a free port, without anything on disk."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
import redis

from mockserver.web.tls import Certificate
from tests.support import needs

STORE = "REELMOCK_TEST_STORE"


class RedisProcess:
    """A redis-server that can be stopped and started again on the same port.

    With a `certificate` it speaks TLS and nothing else; with a `password` it asks for it.
    """

    def __init__(
        self, *options: str, password: str = "", certificate: Certificate | None = None
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self._command = [needs.program("redis-server"), "--bind", "127.0.0.1"]
        self._command += ["--save", "", "--appendonly", "no"]
        scheme, user, query = "redis", "", ""
        if certificate:
            scheme, query = "rediss", f"?ssl_ca_certs={certificate.ca}"
            self._command += ["--tls-port", str(port), "--tls-cert-file", str(certificate.chain)]
            self._command += ["--tls-key-file", str(certificate.chain), "--tls-auth-clients", "no"]
            self._command += ["--tls-ca-cert-file", str(certificate.ca)]
        if password:
            user = f":{password}@"
            self._command += ["--requirepass", password]
        self._command += ["--port", "0" if certificate else str(port), *options]
        self.url = f"{scheme}://{user}127.0.0.1:{port}/0{query}"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        patiently = redis.retry.Retry(redis.backoff.ConstantBackoff(0.02), 500)
        # earlier clients do not count a refused connection among what is tried again
        again = {"retry": patiently, "retry_on_error": [OSError]}
        try:
            with redis.Redis.from_url(self.url, **again) as client:
                client.ping()
        except BaseException:  # nobody else can end it
            self.stop()
            raise

    def stop(self) -> None:
        """Ends it; what it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


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
    running = RedisProcess()
    yield running.url
    running.stop()
