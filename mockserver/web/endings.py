"""How a connection ends: with a last message, quietly, or with a reset."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

LINGER_S = 2.0
TLS_GOODBYE_S = 0.5
SMALL_BUFFER_BYTES = 8192
_LINGER_ZERO = struct.pack("ii", 1, 0)


class Lingering:
    """A transport whose end gives the client time to read the last reply.

    If more data comes in on a connection that is closed, the system resets it, and the last reply
    is lost.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Tells the client that nothing more comes. Closes when the client has closed, or after a moment."""
        if not self._transport.can_write_eof():  # TLS has no such word
            self._transport.close()
            return
        self._transport.write_eof()
        self._loop.call_later(LINGER_S, self._transport.close)


def do_not_wait(transport: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Ends a closed connection soon, even if the client does not answer.

    TLS waits for the client's answer to its last message, and an idle client may never give it.
    """
    if transport.is_closing() and not transport.can_write_eof():
        loop.call_later(TLS_GOODBYE_S, transport.abort)


def last_word(status: int, text: bytes) -> bytes:
    """Sends a whole reply after which the connection ends."""
    fields = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close"
    return STATUS_LINE[status] + fields % len(text) + b"\r\n\r\n" + text


def reset(transport: Any) -> None:
    """Ends a connection with a TCP reset: zero linger makes the kernel send RST."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()


def refusing(transport: Any) -> Callable[[float], None] | None:
    """What makes the server of a connection refuse others for some seconds; None if it cannot."""
    found: Callable[[float], None] | None = transport.get_protocol().config.refuse_for
    return found


def write_through(transport: Any) -> None:
    """Keeps as little as possible in buffers, so that it is known how much the client was sent."""
    if transport.is_closing():  # the client has already left
        return
    # TLS pauses at the limit, not above it: at 0 it would pause although nothing is left.
    transport.set_write_buffer_limits(high=0 if transport.can_write_eof() else 1)
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER_BYTES)
