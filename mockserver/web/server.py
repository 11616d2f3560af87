"""uvicorn as Reelmock runs it: its own protocol, no access log, and an end that waits for no client."""

from __future__ import annotations

import logging
import socket
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


class Server(uvicorn.Server):
    """Wakes everything that waits before it stops, so that open streams end at once."""

    def __init__(
        self,
        app: Asgi,
        on_stop: Callable[[], None],
        on_ready: Callable[[], None] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            uvicorn.Config(
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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)


def _worth_a_line(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith((ENDED_EARLY, FAILED))


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free port. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def reachable(host: str) -> str:
    """The bound host as a URL has it; where it means every address, this machine."""
    named = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{named}]" if ":" in named else named
