"""What runs beside the requests: the one loop of callbacks, for as long as the server lives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.engine.core import Core
    from mockserver.web.player import Receive, Send


async def lifespan(core: Core, receive: Receive, send: Send) -> None:
    """The ASGI lifespan of the server."""
    await receive()
    pump = asyncio.get_running_loop().create_task(core.callbacks.run())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    core.bell.ring_all()
    pump.cancel()
    await asyncio.gather(pump, return_exceptions=True)
    await send({"type": "lifespan.shutdown.complete"})
