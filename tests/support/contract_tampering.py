"""Stands between the verifier and a real server and spoils one thing on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any

import httpx

from tests.support.patience import joined
from tests.support.quiet_server import QuietServer


@dataclass(frozen=True)
class Exchange:
    """A request and the true reply to it."""

    method: str
    path: str
    query: str
    sent: Any
    """The JSON of the request, or None."""
    authorization: str | None
    accept: str
    ranged: bool
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def with_json(self, value: Any, status: int | None = None) -> Exchange:
        text = json.dumps(value, ensure_ascii=False).encode()
        headers = {"content-type": self.headers.get("content-type", "application/json")}
        if "json" not in headers["content-type"]:
            headers = {"content-type": "application/json;charset=UTF-8"}
        return replace(self, status=status or self.status, headers=headers, body=text)


Change = Callable[[Exchange], Exchange | None]


class Tampering(httpx.BaseTransport):
    """Passes everything on to the network and lets `change` spoil the replies."""

    def __init__(self, change: Change, relay_url: str | None = None) -> None:
        self.seen: list[Exchange] = []
        self._change = change
        self._relay_url = relay_url
        self._network = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        sent = _json(content)
        if self._relay_url and isinstance(sent, dict):
            for name in ("callBackUrl", "webhook"):
                if name in sent:
                    sent = {**sent, name: self._relay_url}
            content = json.dumps(sent).encode()
            headers = {k: v for k, v in request.headers.items() if k != "content-length"}
            request = httpx.Request(request.method, request.url, headers=headers, content=content)
        reply = self._network.handle_request(request)
        body = reply.read()
        reply.close()
        true = Exchange(
            request.method,
            request.url.path,
            request.url.query.decode(),
            sent,
            request.headers.get("authorization"),
            request.headers.get("accept", ""),
            "range" in request.headers,
            reply.status_code,
            {k.lower(): v for k, v in reply.headers.items()},
            body,
        )
        self.seen.append(true)
        told = self._change(true) or true
        framing = ("content-length", "transfer-encoding", "connection")
        headers = {k: v for k, v in told.headers.items() if k not in framing}
        return httpx.Response(told.status, headers=headers, content=told.body)

    def close(self) -> None:
        self._network.close()


class Relay:
    """Takes callbacks for the verifier's listener and passes them on, spoilt."""

    def __init__(self, spoil: Callable[[dict, Any], tuple[dict, Any] | None]) -> None:
        self.forward_to = ""
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                kept = ("content-type", "x-webhook-timestamp", "x-webhook-signature")
                headers = {k.lower(): v for k, v in self.headers.items() if k.lower() in kept}
                spoilt = spoil(headers, body)
                if spoilt is not None:
                    content = json.dumps(spoilt[1]).encode()
                    httpx.post(
                        relay.forward_to, headers=spoilt[0], content=content, trust_env=False
                    )
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/relay"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        joined(self._thread)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
