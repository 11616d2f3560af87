"""A receiver of webhooks on loopback that answers as it is told and keeps what it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import Queue
from threading import Thread
from typing import Any

from tests.support.patience import PATIENCE_S, joined
from tests.support.quiet_server import QuietServer


@dataclass
class Receiver:
    """`answers` are the statuses to come, the last one for ever."""

    base_url: str
    answers: list[int]
    received: Queue[tuple[str, dict[str, str], Any]] = field(default_factory=Queue)

    def next(self) -> tuple[str, dict[str, str], Any]:
        """Path, headers and body of the next message; waits for it."""
        return self.received.get(timeout=PATIENCE_S)


@contextmanager
def receiving(*answers: int) -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()
            receiver.received.put((self.path, headers, json.loads(body)))

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with QuietServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}", list(answers))
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        joined(thread)
