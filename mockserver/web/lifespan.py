"""What runs beside the requests: the one loop of callbacks, and news from other
replicas, for as long as the server lives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.engine.core import Core
    from mockserver.web.player import Receive, Send


async def lifespan(core: Core, receive: Receive, send: Send) -> None:
    """The ASGI lifespan of the server."""
    await receive()
    beside = asyncio.gather(
        core.callbacks.run(), *([core.listen(core.bell.ring)] if core.listen else [])
    )
    await send({"type": "lifespan.startup.complete"})
    await receive()
    core.bell.ring_all()
    beside.cancel()
    await asyncio.gather(beside, return_exceptions=True)
    await send({"type": "lifespan.shutdown.complete"})
