"""Whether the server is up, and how much it holds."""

from __future__ import annotations

from typing import Any

from mockserver.admin.http.call import Ask, Call


async def health(ask: Ask) -> dict[str, Any]:
    """`store` is the kind of store; `evicted` and `trimmed` count what the bounds let go."""
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


ROUTES = (Call("GET", "/health", health),)
