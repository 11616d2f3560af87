"""No test needs the port that a server takes by itself: while tests run, nobody listens there."""

from __future__ import annotations

import errno
import socket

import pytest

from mockserver.settings import Settings


def pytest_configure(config: pytest.Config) -> None:
    """Takes the port for the whole run without listening: who wants it, or calls it, fails at once."""
    if hasattr(config, "workerinput"):
        return
    held = socket.socket()
    config.add_cleanup(held.close)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # other runs hold it as well
    try:
        held.bind(("127.0.0.1", Settings().port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:  # a developer's own server has it, which does as well
            raise
