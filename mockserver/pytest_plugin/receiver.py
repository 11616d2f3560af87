"""A receiver of callbacks on a real socket: a URL, and the callbacks that came."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any

from msgspec import Struct

from mockserver.domain.input.counted import counted
from mockserver.domain.input.quantity import whole_number


class Received(Struct, frozen=True):
    """One request. Header names are lower-case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return json.loads(self.body)


class Receiver:
    """Takes callbacks and answers 200, or what `answer` has set.

    If `hold` is an event that is not set, answers wait for it.
    """

    def __init__(self) -> None:
        self.hold: Event | None = None
        self.received: list[Received] = []
        self._arrived = Condition()
        self._answers: list[int] = []
        self._usual = 200
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/callback"

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, *statuses: int, then: int = 200) -> None:
        """Answers with these statuses, one after another, and then always with `then`."""
        with self._arrived:
            self._answers, self._usual = list(statuses), then

    def wait(self, count: int = 1, timeout_s: float = 5.0) -> list[Received]:
        """The requests that came, as soon as there are `count`. Raises AssertionError after the time."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, timeout_s):
                came = len(self.received)
                raise AssertionError(
                    f"{came} of {counted(count, 'callback')} came within {timeout_s:g} s"
                )
            return list(self.received)

    def take(self, request: Received) -> int:
        """Keeps a request and returns the status to answer."""
        with self._arrived:
            self.received.append(request)
            self._arrived.notify_all()
            status = self._answers.pop(0) if self._answers else self._usual
        if self.hold is not None:
            self.hold.wait()
        return status


class _Server(ThreadingHTTPServer):
    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing if the sender closed the connection before it had its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        size_bytes = whole_number(self.headers.get("content-length", "0"))
        if size_bytes is None:
            return self.send_error(400, "Content-Length is not a number")
        body = self.rfile.read(size_bytes)
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = server.receiver.take(Received(self.command, self.path, headers, body))
        content = b'{"status":"received"}'
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the test asks for what came."""
