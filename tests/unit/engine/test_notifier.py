"""Nobody waits for a server that has stopped, whenever they come."""

from __future__ import annotations

import asyncio

from mockserver.engine.notifier import Notifier, Waiter
from tests.support.patience import PATIENCE_S


def test_who_begins_to_wait_when_the_server_stops_does_not_wait() -> None:
    notifier, late = Notifier(), Waiter()
    notifier.ring_all()
    asyncio.run(asyncio.wait_for(notifier.rest("sandbox", late, None), timeout=PATIENCE_S))
    assert late.gone


def test_who_waits_when_the_server_stops_is_woken_for_good() -> None:
    async def waited() -> bool:
        notifier, waiter = Notifier(), Waiter()
        asyncio.get_running_loop().call_soon(notifier.ring_all)
        await asyncio.wait_for(notifier.rest("sandbox", waiter, None), timeout=PATIENCE_S)
        return waiter.gone

    assert asyncio.run(waited())
