"""What runs beside the requests for as long as the server lives: the one loop of callbacks, news
from other replicas, the file that keeps the state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.domain.input.errors import BadInput

if TYPE_CHECKING:
    from mockserver.web.player import Receive, Send


async def _nothing() -> None:
    """For parts that have nothing to do."""


@dataclass(frozen=True, slots=True)
class BackgroundServices:
    """What happens before the first request, during the run, and after the last request."""

    runs: tuple[Callable[[], Awaitable[None]], ...]
    stop: Callable[[], None]
    opens: Callable[[], Awaitable[None]] = _nothing
    closes: Callable[[], Awaitable[None]] = _nothing


async def lifespan(beside: BackgroundServices, receive: Receive, send: Send) -> None:
    """The ASGI lifespan of the server."""
    await receive()
    await beside.opens()
    running = asyncio.gather(*(run() for run in beside.runs))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    beside.stop()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    try:
        await beside.closes()
    except BadInput as problem:  # the state could not be written
        message = f"reelmock: {problem}"
        await send({"type": "lifespan.shutdown.failed", "message": message})
    else:
        await send({"type": "lifespan.shutdown.complete"})
