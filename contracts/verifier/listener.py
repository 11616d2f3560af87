"""Receives callbacks on its own port."""

import json
import re
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from contracts.verifier.clock import now_ms

MAX_BODY_BYTES = 1 << 20
SIZE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback, as it came."""

    at_ms: int
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass
class Listener:
    """Listens from `start` to `stop`, answers 200, and keeps the callbacks."""

    host: str = "127.0.0.1"
    port: int = 0
    deliveries: list[Delivery] = field(default_factory=list)

    def start(self) -> str:
        """Open the port; return the URL of the listener. Raises OSError."""
        self._server = _Server((self.host, self.port), _handler(self.deliveries))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return f"http://{self.host}:{self._server.server_address[1]}/verify"

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Logs nothing if the sender hangs up before it has its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(deliveries: list[Delivery]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = self.headers.get("content-length") or "0"
            if not SIZE.fullmatch(length):
                return self.send_error(400, "Content-Length is no number")
            body = self.rfile.read(min(int(length), MAX_BODY_BYTES))
            names = {name.lower(): value for name, value in self.headers.items()}
            deliveries.append(Delivery(now_ms(), self.path, names, body))
            reply = b'{"status":"received"}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
