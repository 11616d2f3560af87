"""uvicorn's HTTP protocol, with its transport handed to the application.

ASGI has no word for hanging up before the headers or for a TCP reset; with the transport both are
real. On another ASGI server the transport is missing and those faults are refused, never faked.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "reelmock.transport"
_LINGER_ZERO = struct.pack("ii", 1, 0)


class Protocol(HttpToolsProtocol):
    """Puts the transport of the connection into the scope, and overlooks offers to upgrade.

    Java's HTTP client offers `Upgrade: h2c` with its first request. A server may ignore that (RFC
    9110, section 7.8), but the parser stops behind such a head and the body would be lost: so the
    head is parsed again without the offer, and what follows it as usual.
    """

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        if not self._offers_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._offers_upgrade():
            super().on_message_complete()

    def _offers_upgrade(self) -> bool:
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as stopped:
            head = self._head_without_offer()
            self.parser = HttpRequestParser(self)
            self.data_received(head + data[stopped.args[0] :])
        except HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _head_without_offer(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        lines += [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])


def reset(transport: Any) -> None:
    """Ends a connection with a TCP reset: zero linger makes the kernel send RST."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
