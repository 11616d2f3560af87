"""A callback receiver on a real socket, in a thread of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.patience import joined
from tests.support.quiet_server import QuietServer

PATIENCE_S = 10  # what has not come by then does not come: a busy machine needs 1 or 2


class _Server(QuietServer):
    request_queue_size = 512  # a full queue would make connections wait a second


class Receiver:
    """Keeps what came in; `answer` decides the status of each reply, 200 by default."""

    def __init__(self, answer: Callable[[dict[str, Any]], int] = lambda body: 200) -> None:
        self.received: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["content-length"]))
                if not text.endswith(b"}"):
                    return  # the sender was killed in the middle of it
                body = json.loads(text)
                status = answer(body)
                with receiver._arrived:
                    receiver.received.append(body)
                    receiver._arrived.notify_all()
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/callback"

    def wait_for(self, count: int, seconds: float = PATIENCE_S) -> None:
        """Returns when so many have come in; raises AssertionError when they do not."""
        self.wait_until(lambda: len(self.received) >= count, seconds)

    def wait_until(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Returns when what came in is as wanted; raises AssertionError when it never is."""
        with self._arrived:
            came = self._arrived.wait_for(holds, seconds)
        assert came, f"only {len(self.received)} callbacks came"

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
        joined(self._thread)
