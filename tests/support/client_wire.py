"""A tiny HTTP server on a real socket that says exactly the bytes it is told to.

The test gives a handler: a function from the request that was seen to what is done with the
connection. Anything can be played that a real peer could do: a reset before or in the middle of a
reply, a wrong length, a body in any pieces, silence.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.patience import joined


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Script:
    """Bytes to send, then how to part: `close` in order, `reset`, or `hold` until the client or
    the test gives up."""

    pieces: tuple[bytes, ...]
    end: str = "close"


Handler = Callable[[Seen], Script]


def reply(
    status: int = 200,
    body: bytes | str | dict[str, Any] | list[Any] = b"",
    headers: Mapping[str, str] | None = None,
    *,
    cut_after: int | None = None,
    end: str = "close",
) -> Script:
    """A well-formed reply; `cut_after` bytes of its body the connection ends as `end` says."""
    told = {"connection": "close"}
    if isinstance(body, dict | list):
        body = json.dumps(body, ensure_ascii=False)
        told["content-type"] = "application/json"
    content = body.encode() if isinstance(body, str) else body
    told["content-length"] = str(len(content))
    told |= headers or {}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{k}: {v}" for k, v in told.items() if v)]
    head = "\r\n".join([*lines, "", ""]).encode()
    return Script((head, content if cut_after is None else content[:cut_after]), end)


def stream(pieces: Iterable[bytes], *, end: str = "close") -> Script:
    """A reply of type `text/event-stream` whose end is the end of the connection."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return Script((head, *pieces), end)


RESET = Script((), "reset")
"""The connection is reset without a byte, after the request was read."""
SILENCE = Script((), "hold")
"""The request was read and nothing follows."""


@dataclass
class Wire:
    """A running server: where it is and what it has seen. `held` counts the connections that
    were held open, `hung_up` those of them that the client closed."""

    handler: Handler
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    held: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    hung_up: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def paths(self) -> list[str]:
        """Method and path of each request."""
        return [f"{seen.method} {seen.path}" for seen in self.seen]


@contextmanager
def wire(handler: Handler) -> Generator[Wire]:
    """Serve on a free port of the loopback interface."""
    running = Wire(handler)
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running.url = f"http://127.0.0.1:{listening.getsockname()[1]}"

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                thread = threading.Thread(target=_serve, args=(running, connection), daemon=True)
                threads.append(thread)
                thread.start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield running
        finally:
            running.stopping.set()
            # Closing alone does not wake a blocked accept().
            listening.shutdown(socket.SHUT_RDWR)
            joined(acceptor)
            for thread in threads:
                joined(thread)
    if running.failures:
        raise running.failures[0]


def _serve(running: Wire, connection: socket.socket) -> None:
    with connection:
        try:
            seen = _read(connection)
            if seen is None:
                return
            running.seen.append(seen)
            script = running.handler(seen)
            for piece in script.pieces:
                connection.sendall(piece)
            if script.end == "hold":
                _hold(running, connection)
            elif script.end == "reset":
                # Lingering for zero seconds makes close() send RST.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            return  # the client went away, which it may
        except Exception as error:
            running.failures.append(error)
            raise


def _hold(running: Wire, connection: socket.socket) -> None:
    """Wait until the client closes, or the test is over."""
    running.held.release()
    connection.settimeout(0.02)
    while not running.stopping.is_set():
        try:
            if connection.recv(1024):
                continue
        except TimeoutError:
            continue
        except OSError:
            pass
        running.hung_up.release()
        return


def _read(connection: socket.socket) -> Seen | None:
    """One request, with its body by Content-Length."""
    with connection.makefile("rb") as file:
        line = file.readline().decode("latin-1")
        if not line:
            return None
        method, target, _ = line.split(" ", 2)
        headers: dict[str, str] = {}
        while (header := file.readline().decode("latin-1").strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = file.read(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Seen(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
