"""uvicorn's HTTP protocol, with its transport handed to the application.

ASGI has no word for hanging up before the headers or for a TCP reset; with the transport both are
real. On another ASGI server the transport is missing and those faults are refused, never faked.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "reelmock.transport"
_LINGER_ZERO = struct.pack("ii", 1, 0)


class Protocol(HttpToolsProtocol):
    """Puts the transport of the connection into the scope."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]


def reset(transport: Any) -> None:
    """Ends a connection with a TCP reset: zero linger makes the kernel send RST."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
