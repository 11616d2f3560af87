"""The proxy that a guarded command is told to use: it lets nothing through to a provider's host.

A connection to such a host is answered here, with a certificate of a CA that the command trusts, so
that the request can be told; it goes nowhere. Everything else is passed on byte by byte, or refused.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from mockserver.domain.input.quantity import whole_number
from mockserver.embedded.guard import Request
from mockserver.embedded.guarded_sockets import OTHER, REAL
from mockserver.web.reading import MAX_BODY_BYTES

if TYPE_CHECKING:
    from mockserver.embedded.guard import Guard

HEAD_BYTES, PIECE_BYTES = 32_768, 65_536
PORTS = {"http": "80", "https": "443"}
TLS_BEGINS = b"\x16"
STEP_S = 30.0  # real: what is silent for longer has gone
# why the path of an attempt is unknown
NO_PACKAGE = "to see it, the guard needs the package trustme: pip install trustme"
NO_PROXY = "the call did not use the guard's proxy"
NO_TRUST = "the client did not take the guard's certificate"
NO_WHOLE = "no whole request came"
SECRET = "over https, the guard sees it only at the providers' hosts"


def _no(advice: str) -> bytes:
    words = f"The guard of reelmock run lets nothing out to this host: {advice}.\n".encode()
    return (
        b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n"
        b"connection: close\r\n\r\n%b" % (len(words), words)
    )


NO_REAL, NO_OTHER = _no(REAL), _no(OTHER)


class GuardProxy:
    """Listens on loopback until `stop`. `is_closed` refuses every other host too."""

    def __init__(self, guard: Guard, chain: Path | None, *, is_closed: bool) -> None:
        self._guard = guard
        self._is_closed = is_closed
        self._tls: ssl.SSLContext | None = None
        if chain is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(chain)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, name="reelmock-guard", daemon=True).start()

    def stop(self) -> None:
        """Takes no further connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # `stop` ends it
            while True:
                client, _ = self._listener.accept()
                client.settimeout(STEP_S)
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, ValueError), client:
            head, rest = _head(client)
            method, target, *_ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            if method == "CONNECT":
                self._tunnel(client, target)
            elif method == "REFUSED":  # said by a hook in the command's process
                self._guard.note(target, unseen=NO_PROXY)
                client.sendall(NO_REAL)
            else:
                self._plain(client, target, head, rest)

    def _tunnel(self, client: socket.socket, target: str) -> None:
        host, _, port = target.rpartition(":")
        host = host.strip("[]")
        if self._guard.is_real(host):
            self._hear(client, host, port)
        elif self._is_closed:
            self._guard.note(host, unseen=SECRET)
            client.sendall(NO_OTHER)
        else:
            with socket.create_connection((host, whole_number(port) or 443), STEP_S) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _joined(client, server)

    def _hear(self, client: socket.socket, host: str, port: str) -> None:
        """Takes the request that was meant for a real host, notes it, and refuses it."""
        if self._tls is None:
            self._guard.note(host, unseen=NO_PACKAGE)
            client.sendall(NO_REAL)
            return
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        scheme, why = "http", NO_WHOLE
        try:
            if client.recv(1, socket.MSG_PEEK) == TLS_BEGINS:
                scheme, why = "https", NO_TRUST
                client = self._tls.wrap_socket(client, server_side=True)
            head, rest = _head(client)
            _, path, *_ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            place = host if port == PORTS[scheme] else f"{host}:{port}"
            url = f"{scheme}://{place}{path}"
            self._guard.note(host, _request(client, url, head, rest))
        except (OSError, ValueError):
            self._guard.note(host, unseen=why)
            return
        client.sendall(NO_REAL)

    def _plain(self, client: socket.socket, target: str, head: bytes, rest: bytes) -> None:
        parts = urlsplit(target)
        host = parts.hostname or ""
        is_real = self._guard.is_real(host)
        if is_real or self._is_closed:
            self._guard.note(host, _request(client, target, head, rest))
            client.sendall(NO_REAL if is_real else NO_OTHER)
            return
        path = parts.path or "/"
        method = head.split(b" ", 1)[0].decode("latin-1")
        line = f"{method} {path}{'?' + parts.query if parts.query else ''} HTTP/1.1".encode(
            "latin-1"
        )
        fields = [f for f in head.split(b"\r\n")[1:] if not f.lower().startswith(b"proxy-")]
        with socket.create_connection((host, parts.port or 80), STEP_S) as server:
            server.sendall(b"\r\n".join([line, b"Connection: close", *fields]) + b"\r\n\r\n" + rest)
            _joined(client, server)


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request, and what came with it. Raises ValueError, OSError."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = client.recv(PIECE_BYTES)
        if not piece or len(received) > HEAD_BYTES:
            raise ValueError("no whole head")
        received += piece
    head, _, rest = received.partition(b"\r\n\r\n")
    return head, rest


class _Reading:
    """What the parser finds in a request."""

    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.is_whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        self.is_whole = True


def _request(client: socket.socket, url: str, head: bytes, rest: bytes) -> Request:
    """A whole request, so that the client hears the answer. Raises ValueError, OSError."""
    found = _Reading()
    parser = HttpRequestParser(found)
    try:
        parser.feed_data(head + b"\r\n\r\n" + rest)
        while not found.is_whole and len(found.body) <= MAX_BODY_BYTES:
            piece = client.recv(PIECE_BYTES)
            if not piece:
                break
            parser.feed_data(piece)
    except HttpParserUpgrade:
        pass  # it asks for another protocol, too
    except HttpParserError as error:
        raise ValueError(str(error)) from None
    method = parser.get_method().decode("ascii")
    return Request(method, url, tuple(found.headers), bytes(found.body))


def _joined(one: socket.socket, other: socket.socket) -> None:
    """Passes bytes both ways until both ends are done."""
    back = Thread(target=_pumped, args=(other, one), daemon=True)
    back.start()
    _pumped(one, other)
    back.join()


def _pumped(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
