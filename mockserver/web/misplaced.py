"""A call that was refused for its key is journalled all the same, if the key only came wrongly.

A key in the query, or without the `Bearer` that the provider wants, still says whose client it is: in
that sandbox the refusal can be seen, and judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mockserver.domain.ids import key_hash
from mockserver.domain.journal import Entry, query_secrets, redacted, redacted_query
from mockserver.web.identify import stray_key

if TYPE_CHECKING:
    from mockserver.domain.reply import Reply
    from mockserver.engine.ports import Store, System
    from mockserver.web.player import Scope
    from mockserver.web.router import Route


async def record_misplaced(
    store: Store, system: System, scope: Scope, route: Route, reply: Reply, reason: str
) -> None:
    """Writes a refusal down in the sandbox that the call's key chooses, where there is one."""
    query = scope["query_string"].decode("latin-1")
    for hashed in _candidates(scope, query):
        sandbox_id = await store.resolve(hashed)
        snapshot = await store.load(sandbox_id) if sandbox_id is not None else None
        if sandbox_id is None or snapshot is None:
            continue
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
        return


def _candidates(scope: Scope, query: str) -> Iterator[str]:
    """Hashes of what may be a key: the Authorization header's last word, secrets in the query."""
    stray = stray_key(scope["headers"])
    if stray:
        yield stray
    yield from (key_hash(secret) for secret in query_secrets(query))
