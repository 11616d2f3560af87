"""The time line of a sandbox: calls, states of tasks, callbacks and faults on one virtual axis."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from mockserver.admin.shell.call import Ask, Call
from mockserver.domain.timeline import timeline
from mockserver.engine.findings import evidence


async def read(ask: Ask) -> dict[str, Any]:
    """Everything up to now, in the order of virtual time; `seed` repeats it."""
    ask.known_query()
    sandbox = await ask.sandbox()
    moments = timeline(await evidence(ask.core, sandbox.id))
    return {"seed": sandbox.seed, "moments": to_builtins(moments)}


ROUTES = (Call("GET", "/sandboxes/{sandbox}/timeline", read),)
