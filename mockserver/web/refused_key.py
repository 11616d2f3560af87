"""A call that was refused because of its key is still written down, if the key only came in a wrong way.

A key in the query, or without the `Bearer` that the provider wants, still shows whose client it is.
The refusal can be seen and judged in that sandbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.job.ids import is_unset, key_hash
from mockserver.domain.journal.lazy_entry import Called, draft_of

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Inbound
    from mockserver.domain.reply.reply import Reply
    from mockserver.engine.ports import Store, System
    from mockserver.web.router import Route

NO_KEY = key_hash("")
UNKNOWN = Called("unknown", "account")


async def record_refusal(
    store: Store,
    system: System,
    inbound: Inbound,
    route: Route,
    reply: Reply,
    reason: str,
    keys: tuple[str, ...],
) -> None:
    """Writes a refusal down in the sandbox that the call's key chooses, if there is one.

    `keys` are the hashes of values that may be the key.
    """
    hashed, sandbox_id = await _home(store, keys)
    snapshot = await store.load(sandbox_id) if sandbox_id else None
    if snapshot is None:
        return
    real_ms = system.real_ms()
    now_ms = snapshot.sandbox.clock.at(real_ms)
    provider, operation = route.provider.name, route.operation or UNKNOWN
    draft = draft_of(provider, operation, inbound, hashed, real_ms, now_ms, "", "", reply, reason)
    await store.record(sandbox_id, draft)


async def _home(store: Store, keys: tuple[str, ...]) -> tuple[str, str]:
    """The key's hash and its sandbox; a key that was never set belongs to the only sandbox."""
    for hashed in keys:
        sandbox_id = await store.resolve(hashed)
        if sandbox_id is not None:
            return hashed, sandbox_id
    unset = next(filter(is_unset, keys or (NO_KEY,)), "")
    sandbox_ids = await store.sandbox_ids() if unset else ()
    return unset, sandbox_ids[0] if len(sandbox_ids) == 1 else ""
