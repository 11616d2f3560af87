"""A reply without an end: server-sent events, until the reader leaves or the server stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from mockserver.web.protocol import TRANSPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import Receive, Scope, Send

    from mockserver.engine.notifier import Notifier

T = TypeVar("T")
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx passes each event on at once
]


class Feed(Struct, Generic[T], frozen=True, gc=False):
    """The pieces of an event stream; `leave` is called after the reader has left."""

    texts: AsyncIterator[bytes]
    leave: Callable[[], None]
    notifier: Notifier


class FeedResponse:
    """Sends a feed. A reader that stops reading delays only itself, and not the end of the server."""

    def __init__(self, feed: Feed[Any]) -> None:
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        loop = asyncio.get_running_loop()
        pump = loop.create_task(self._pump(send))
        left = loop.create_task(_left(receive))
        stop = loop.create_task(self._feed.notifier.stopped())
        tasks = (pump, left, stop)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self._feed.leave()
            if stop.done() and not pump.done():
                _abort(scope)  # its buffer may be full: closing would wait for the reader
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]

    async def _pump(self, send: Send) -> None:
        async for text in self._feed.texts:
            await send({"type": "http.response.body", "body": text, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _abort(scope: Scope) -> None:
    transport = scope.get(TRANSPORT)
    if transport is not None:
        transport.abort()
