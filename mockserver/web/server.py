"""uvicorn as Reelmock runs it: its own protocol, no access log, and an end that waits for no client."""

from __future__ import annotations

import asyncio
import logging
import socket
from asyncio import CancelledError
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import uvicorn

from mockserver.web.head_cache import HeadCache
from mockserver.web.protocol import Protocol
from mockserver.web.write_batch import WriteBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mockserver.web.root import Asgi

GRACE_S = 2
# Replies that end early are normal here, so uvicorn need not report them as errors.
ENDED_EARLY = "ASGI callable returned without completing response"
FAILED = "Application shutdown failed"  # one line of our own tells what failed
CANCELLED = "Cancel "  # what the client of such a call did not send or read is no error of ours


class Config(uvicorn.Config):
    """What connections know of their server. Without `refuse_for` it cannot refuse any."""

    refuse_for: Callable[[float], None] | None = None


class Server(uvicorn.Server):
    """Wakes everything that waits before it stops, so that open streams end at once."""

    config: Config

    def __init__(
        self,
        app: Asgi,
        on_stop: Callable[[], None],
        on_ready: Callable[[], None] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            Config(
                app,
                http=cast(
                    "type[Protocol]", partial(Protocol, batch=WriteBatch(), head_cache=HeadCache())
                ),
                loop="uvloop",
                ws="none",
                lifespan="on",
                log_config=None,
                server_header=False,
                proxy_headers=False,
                date_header=False,  # the same calls give the same bytes
                timeout_graceful_shutdown=GRACE_S,
                **options,
            )
        )
        logging.getLogger("uvicorn.error").addFilter(_worth_a_line)
        self._on_stop = on_stop
        self._on_ready = on_ready
        self._held: list[socket.socket] = []  # while connections are refused
        self._opening: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready is not None and not self.should_exit:
            self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As in uvicorn, but a signal is not raised again: a signal is the normal end of a server."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    @property
    def has_failed(self) -> bool:
        """Whether something could not be saved at the end; a line says what."""
        return bool(getattr(self.lifespan, "shutdown_failed", False))

    def refuse_for(self, span_s: float) -> None:
        """Refuses new connections for a while; open ones stay. Does nothing if it does so already.

        Only where no other process listens on the socket.
        """
        if self._held or not self.servers:
            return
        closed, self.servers = self.servers, []
        for server in closed:
            host, port = server.sockets[0].getsockname()[:2]
            server.close()
            self._held.append(bind(host, port, listens=False))  # nobody else may take the address
        asyncio.get_running_loop().call_later(span_s, self._listen_again)

    def _listen_again(self) -> None:
        held, self._held = self._held, []
        loop = asyncio.get_running_loop()
        self._opening = [loop.create_task(self._accept_on(listener)) for listener in held]

    async def _accept_on(self, listener: socket.socket) -> None:
        config = self.config
        make: Callable[[], asyncio.Protocol] = partial(
            cast("Any", config.http_protocol_class),
            config=config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        loop = asyncio.get_running_loop()
        self.servers.append(
            await loop.create_server(make, sock=listener, ssl=config.ssl, backlog=config.backlog)
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        held, self._held = self._held, []
        for listener in held:
            listener.close()
        await super().shutdown(sockets)


def _worth_a_line(record: logging.LogRecord) -> bool:
    if record.exc_info and isinstance(record.exc_info[1], CancelledError):
        return False
    return not record.getMessage().startswith((ENDED_EARLY, FAILED, CANCELLED))


def bind(host: str, port: int, *, listens: bool = True) -> socket.socket:
    """A socket that listens, or only holds the address; port 0 takes a free port. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        if listens:
            listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def reachable(host: str) -> str:
    """The bound host as a URL has it; where it means every address, this machine."""
    named = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{named}]" if ":" in named else named
