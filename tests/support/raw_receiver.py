"""A callback receiver that keeps every byte: headers as they came, bodies in any framing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.patience import joined
from tests.support.quiet_server import QuietServer


@dataclass(frozen=True)
class Arrived:
    """One callback as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    port: int  # of the sender, the same for all that share a connection
    chunks: tuple[int, ...] = ()  # their sizes, where the body came in chunks

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RawReceiver:
    """Answers every callback with `status`; `during` runs inside its handler, before the answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.status = 200
        self.during: Callable[[Arrived], None] = lambda arrived: None
        self.arrived: list[Arrived] = []
        self._came = threading.Condition()

    def take(self, arrived: Arrived) -> None:
        self.during(arrived)
        with self._came:
            self.arrived.append(arrived)
            self._came.notify_all()

    def wait_for(self, count: int, real_s: float = 10) -> list[Arrived]:
        """Every callback so far, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.arrived) >= count, real_s), self.arrived
            return list(self.arrived)


@contextmanager
def raw_receiver() -> Iterator[RawReceiver]:
    """A receiver that listens while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if headers.get("transfer-encoding") == "chunked":
                pieces = list(_unchunked(self.rfile))
                body, sizes = b"".join(pieces), tuple(map(len, pieces))
            else:
                sizes = ()
                body = self.rfile.read(int(headers["content-length"]))
            receiver.take(Arrived(self.path, headers, body, self.client_address[1], sizes))
            self.send_response(receiver.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    receiver = RawReceiver(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        joined(thread)


def _unchunked(stream: Any) -> Iterator[bytes]:
    while size := int(stream.readline(), 16):
        yield stream.read(size)
        stream.readline()
    stream.readline()
