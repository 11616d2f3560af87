"""A receiver whose sender hangs up before it has its answer says nothing about it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from contracts.verifier.listener import Listener
from mockserver.pytest_plugin.receiver import Receiver

LINGER_NOT = struct.pack("ii", 1, 0)  # closing then resets the connection
REQUEST = (
    b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\n{"  # its handler waits for more
)


def of_the_plugin(stack: ExitStack) -> str:
    return stack.enter_context(Receiver()).url


def of_the_verifier(stack: ExitStack) -> str:
    listener = Listener()
    stack.callback(listener.stop)
    return listener.start()


@pytest.mark.parametrize("started", [of_the_plugin, of_the_verifier])
def test_a_sender_that_hangs_up_is_no_news(
    started: Callable[[ExitStack], str], capfd: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        where = urlsplit(started(stack))
        before = set(threading.enumerate())
        with socket.create_connection((where.hostname or "", where.port or 0), 10) as sender:
            sender.sendall(REQUEST)
            handler = _begun(before)
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        handler.join(10)
    assert capfd.readouterr().err == ""


def _begun(before: set[threading.Thread]) -> threading.Thread:
    """The thread that has come since then, once there is one that runs."""
    while True:
        for thread in set(threading.enumerate()) - before:
            if thread.is_alive():
                return thread


@pytest.mark.parametrize("length", [b"nine", b"-1", b"9" * 5000, "\uff11".encode()])
@pytest.mark.parametrize("started", [of_the_plugin, of_the_verifier])
def test_a_length_that_is_no_number_is_refused(
    started: Callable[[ExitStack], str], length: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        where = urlsplit(started(stack))
        with socket.create_connection((where.hostname or "", where.port or 0), 10) as sender:
            sender.sendall(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: " + length)
            sender.sendall(b"\r\nconnection: close\r\n\r\n")
            assert sender.recv(100).split()[1] == b"400"
    assert "Traceback" not in capfd.readouterr().err
