"""Whether the server works, and how much it stores."""

from __future__ import annotations

from mockserver.admin.http.call import Ask, served
from mockserver.control.operations import GET_HEALTH
from mockserver.control.parts import Health


async def health(ask: Ask) -> Health:
    """`store` is the kind of store; `evicted` and `trimmed` count what was dropped to keep the bounds."""
    core = ask.core
    ids = await core.store.sandbox_ids()
    return {
        "status": "ok",
        "store": core.store.kind,
        "sandboxes": len(ids),
        "tasks": await core.store.task_count(*ids),
        "streams_open": ask.player.streams_open,
        "evicted": core.sandboxes.evicted,
        "trimmed": core.exchange.trimmed,
    }


ROUTES = (served(GET_HEALTH, health),)
