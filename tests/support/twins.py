"""One application under two servers: Reelmock's own, and uvicorn as it comes.

Whatever is sent, in whatever pieces, both must say the same and remember the same. What they say is
compared reply by reply (status, headers, body), what they remember by the journal.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import httpx
import uvicorn

from mockserver.app import Running, build
from mockserver.settings import Settings
from mockserver.web.server import bind
from mockserver.web.tls import Certificate
from tests.support.patience import joined

PATIENCE_S = 10
LOOKS = 200
# What a reply says of the moment or of the server that sends it.
OF_THE_MOMENT = frozenset({"x-request-id"})
OF_THE_MACHINE = frozenset({"real_ms", "took_ms"})


class Reply(NamedTuple):
    """One reply as a client reads it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Stock:
    """The application under uvicorn as it comes, in a thread of its own."""

    def __init__(self, settings: Settings, certificate: Certificate | None = None) -> None:
        listener = bind("127.0.0.1", 0)
        scheme = "https" if certificate else "http"
        self.base_url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        app = build(settings, self.base_url)
        ready = Event()

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                ready.set()

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                app.stop()
                await super().shutdown(sockets)

        options: dict[str, Any] = {"ssl_certfile": certificate.chain} if certificate else {}
        config = uvicorn.Config(
            app.asgi,
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            server_header=False,
            proxy_headers=False,
            date_header=False,
            access_log=settings.access_log,
            timeout_graceful_shutdown=2,
            timeout_keep_alive=75,  # as ours: the bell is silent for longer on a busy machine
            **options,
        )
        self._server = Server(config)
        self._thread = Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        assert ready.wait(PATIENCE_S), "uvicorn did not start"

    def stop(self) -> None:
        """Ends the server and waits for it."""
        self._server.should_exit = True
        joined(self._thread)


class Twin:
    """One of the two servers, and a client of it."""

    def __init__(self, server: Running | Stock, certificate: Certificate | None) -> None:
        self._server = server
        parts = urlsplit(server.base_url)
        self._address = (parts.hostname, parts.port)
        self._tls = ssl.create_default_context(cafile=certificate.ca) if certificate else None
        self._bell = self.connection()
        trust: Any = self._tls if self._tls else False
        self.client = httpx.Client(base_url=server.base_url, trust_env=False, verify=trust)

    def connection(self) -> socket.socket:
        """A connection on which each write leaves at once."""
        made = socket.create_connection(self._address, timeout=PATIENCE_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(made, server_hostname="127.0.0.1") if self._tls else made

    def turn(self) -> None:
        """Waits until the server has seen what was written so far: it answers somebody else."""
        self._bell.sendall(b"GET /_mock/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert self._bell.recv(65536), "the server hung up on a client that did nothing wrong"

    def said(self, pieces: list[bytes], turns: list[int], methods: list[str]) -> list[Reply]:
        """What comes back until the server closes. The last request asks it to."""
        connection = self.connection()
        try:
            for piece, count in zip(pieces, turns, strict=True):
                try:
                    connection.sendall(piece)
                except (BrokenPipeError, ConnectionResetError):
                    break  # it has closed already: what it said is there to be read
                for _ in range(count):
                    self.turn()
            return replies(_everything(connection), methods)
        finally:
            connection.close()

    def journal(self, key: str) -> dict[str, list[dict[str, Any]]]:
        """What the sandbox of a key remembers, by kind and in order, once it is whole.

        Left out is what differs from machine to machine. How sending a stream ended is written down
        behind it, on a shared store perhaps after the next call: so each kind has its own order.
        """
        for _ in range(LOOKS):
            entries = self._entries(key)
            streams = {
                e["seq"] for e in entries if e["call_phase"] == "stream" and e["status"] == 200
            }
            if streams <= {entry["detail"].get("of") for entry in entries}:
                break
        else:
            raise AssertionError("a stream was sent, and the journal does not say how that ended")
        calls = [entry["seq"] for entry in entries if entry["kind"] == "exchange"]
        found: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            if "of" in entry["detail"]:
                entry["detail"]["of"] = calls.index(entry["detail"]["of"])
            del entry["seq"]  # a shared store numbers by its own time
            found.setdefault(entry["kind"], []).append(_timeless(entry))
        return found

    def _entries(self, key: str) -> list[dict[str, Any]]:
        headers = {"authorization": f"Bearer {key}"}
        path = "/_mock/v1/sandboxes/current/journal?limit=1000"
        found = self.client.get(path, headers=headers).raise_for_status().json()["entries"]
        return cast("list[dict[str, Any]]", found)

    def stop(self) -> None:
        """Ends client and server."""
        self._bell.close()
        self.client.close()
        self._server.stop()


def _timeless(found: Any) -> Any:
    if isinstance(found, dict):
        return {k: _timeless(v) for k, v in found.items() if k not in OF_THE_MACHINE}
    if isinstance(found, list):
        return [_timeless(each) for each in found]
    return found


def _everything(connection: socket.socket) -> bytes:
    heard = b""
    while True:
        try:
            more = connection.recv(65536)
        except ConnectionResetError:  # it closed with something of ours unread
            return heard
        if not more:
            return heard
        heard += more


def replies(heard: bytes, methods: list[str]) -> list[Reply]:
    """Reads replies one after the other; a reply to HEAD has no body, whatever its length says.

    `100 Continue` is passed over: a server may leave it out where the body has come already.
    """
    found: list[Reply] = []
    while heard:
        head, end, rest = heard.partition(b"\r\n\r\n")
        assert end, f"a reply ends inside its head: {heard[:200]!r}"
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        pairs = [line.partition(": ") for line in lines[1:]]
        fields = {name.lower(): value for name, _, value in pairs}
        if status == 100:
            heard = rest
            continue
        assert len(found) < len(methods), f"more replies than requests: {heard[:200]!r}"
        bare = status in (204, 304) or methods[len(found)] == "HEAD"
        body, heard = (b"", rest) if bare else _body(fields, rest)
        kept = sorted((n, v) for n, v in fields.items() if n not in OF_THE_MOMENT)
        found.append(Reply(status, tuple(kept), body))
    return found


def _body(fields: dict[str, str], rest: bytes) -> tuple[bytes, bytes]:
    if fields.get("transfer-encoding") != "chunked":
        length = int(fields["content-length"])
        assert len(rest) >= length, f"{len(rest)} of {length} bytes came"
        return rest[:length], rest[length:]
    body = b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n", f"a chunk of {length} bytes is cut"
        body, rest = body + rest[:length], rest[length + 2 :]
        if not length:
            return body, rest


class Heard(NamedTuple):
    """What one of the servers said, and what it remembers."""

    replies: list[Reply]
    journal: dict[str, list[dict[str, Any]]]


class Twins(NamedTuple):
    """Both servers."""

    ours: Twin
    stock: Twin

    def heard(self, key: str, requests: Callable[[str], list[bytes]], cuts: Cuts) -> list[Heard]:
        """Sends the same to both: `requests` makes it from the id of a job that the key has."""
        found = []
        for twin in self:
            sent = requests(_job_of(twin, key))
            pieces, turns = cuts(b"".join(sent))
            methods = [request.partition(b" ")[0].decode() for request in sent]
            found.append(Heard(twin.said(pieces, turns, methods), twin.journal(key)))
        return found


Cuts = Callable[[bytes], tuple[list[bytes], list[int]]]


def _job_of(twin: Twin, key: str) -> str:
    headers = {"authorization": f"Bearer {key}", "host": "localhost"}
    body = {"model": "veo-3.1", "prompt": "a cat"}
    made = twin.client.post("/apiyi/v1/videos", headers=headers, json=body)
    return str(made.raise_for_status().json()["id"])


@contextmanager
def twins(
    settings: Callable[[], Settings], certificate: Certificate | None = None
) -> Iterator[Twins]:
    """Both servers with the same settings; a shared store's are called for anew, each time."""
    ours = Twin(Running(settings(), certificate), certificate)
    try:
        stock = Twin(Stock(settings(), certificate), certificate)
        try:
            yield Twins(ours, stock)
        finally:
            stock.stop()
    finally:
        ours.stop()
