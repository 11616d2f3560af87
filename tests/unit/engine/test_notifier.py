"""Nobody waits for a server that has stopped, whenever they come."""

from __future__ import annotations

import asyncio

from mockserver.engine.notifier import Bell, Patience


def test_who_begins_to_wait_when_the_server_stops_does_not_wait() -> None:
    bell, late = Bell(), Patience()
    bell.ring_all()
    asyncio.run(asyncio.wait_for(bell.rest("sandbox", late, None), timeout=10))
    assert late.gone


def test_who_waits_when_the_server_stops_is_woken_for_good() -> None:
    async def waited() -> bool:
        bell, patience = Bell(), Patience()
        asyncio.get_running_loop().call_soon(bell.ring_all)
        await asyncio.wait_for(bell.rest("sandbox", patience, None), timeout=10)
        return patience.gone

    assert asyncio.run(waited())
