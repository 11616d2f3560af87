"""A call that was refused for its key is journalled all the same, if the key only came wrongly.

A key in the query, or without the `Bearer` that the provider wants, still says whose client it is: in
that sandbox the refusal can be seen, and judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mockserver.domain.ids import is_unset, key_hash
from mockserver.domain.journal import Entry, query_secrets, redacted, redacted_query
from mockserver.web.identify import stray_keys

if TYPE_CHECKING:
    from mockserver.domain.reply import Reply
    from mockserver.engine.ports import Store, System
    from mockserver.web.player import Scope
    from mockserver.web.router import Route

NO_KEY = key_hash("")


async def record_misplaced(
    store: Store, system: System, scope: Scope, route: Route, reply: Reply, reason: str
) -> None:
    """Writes a refusal down in the sandbox that the call's key chooses, where there is one."""
    query = scope["query_string"].decode("latin-1")
    hashed, sandbox_id = await _home(store, scope, query)
    snapshot = await store.load(sandbox_id) if sandbox_id else None
    if snapshot is None:
        return
    real_ms = system.real_ms()
    operation = route.operation
    body = reply.body if isinstance(reply.body, bytes) else b""
    entry = Entry(
        kind="exchange",
        real_ms=real_ms,
        virtual_ms=snapshot.sandbox.clock.at(real_ms),
        provider=route.provider.name,
        operation=operation.name if operation else "unknown",
        call_phase=operation.call_phase if operation else "account",
        method=scope["method"],
        path=scope["path"],
        query=redacted_query(query, scope["headers"]),
        key=hashed,
        status=reply.status,
        reason=reason,
        request_headers=redacted(scope["headers"]),
        reply_headers=reply.headers,
        reply_body=body,
        reply_size_bytes=len(body),
    )
    await store.record(sandbox_id, entry)


async def _home(store: Store, scope: Scope, query: str) -> tuple[str, str]:
    """The key's hash and the sandbox that it chooses; a key that was never set is the only one's."""
    candidates = tuple(_candidates(scope, query))
    for hashed in candidates:
        sandbox_id = await store.resolve(hashed)
        if sandbox_id is not None:
            return hashed, sandbox_id
    unset = next(filter(is_unset, candidates or (NO_KEY,)), "")
    sandbox_ids = await store.sandbox_ids() if unset else ()
    return unset, sandbox_ids[0] if len(sandbox_ids) == 1 else ""


def _candidates(scope: Scope, query: str) -> Iterator[str]:
    """Hashes of what may be a key: in headers, and secrets in the query."""
    yield from stray_keys(scope["headers"])
    yield from (key_hash(secret) for secret in query_secrets(query))
