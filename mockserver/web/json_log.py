"""`--log json`: one line of JSON for each request, each with an id that is also in the reply."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mockserver.domain.journal.redaction import clean_path, credentials
from mockserver.domain.reply.reply import encode_json
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.engine.trail import told_of
from mockserver.web.protocol import ANSWER, ENTRY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.domain.provider.provider import Provider
    from mockserver.engine.ports import Store, System
    from mockserver.web.player import Receive, Scope, Send
    from mockserver.web.root import Asgi, Root

REQUEST_ID = b"x-request-id"
MAX_ID_BYTES = 200
# What the journal tells of a call, by the names that it has in an event.
FIELDS = (
    "sandbox",
    "provider",
    "operation",
    "call_phase",
    "task_id",
    "model",
    "code",
    "reason",
    "what",
)


class JsonLog:
    """Wraps an application. It keeps a caller's own X-Request-Id; without one, it makes one."""

    def __init__(
        self, app: Root, system: System, store: Store, providers: Mapping[str, Provider]
    ) -> None:
        self._app = app
        self._system = system
        self._store = store
        self._providers = providers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        await self._logged(self._app, scope, receive, send)

    async def overlong(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request whose head is too large; the application refuses it."""
        await self._logged(self._app.overlong, scope, receive, send)

    async def _logged(self, app: Asgi, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"]).get(REQUEST_ID, b"")[:MAX_ID_BYTES]
        request_id = given or self._system.entropy().encode()
        started_ms = self._system.real_ms()
        status = size_bytes = 0

        async def logged(message: dict[str, Any]) -> None:
            nonlocal status, size_bytes
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_ID, request_id)]
            else:
                size_bytes += len(message.get("body", b""))
            await send(message)

        scope.pop(ANSWER, None)  # every event has to pass through `logged`
        try:
            await app(scope, receive, logged)
        finally:
            ended_ms = self._system.real_ms()
            secrets = credentials(scope["headers"])
            line = {
                "at_ms": started_ms,
                "request_id": clean_path(request_id.decode("latin-1"), secrets),
                "method": scope["method"],
                "path": clean_path(scope["path"], secrets),
                "status": status,
                "size_bytes": size_bytes,
                "took_ms": ended_ms - started_ms,
                **await self._told(scope),
            }
            sys.stderr.write(encode_json(line).decode() + "\n")

    async def _told(self, scope: Scope) -> dict[str, object]:
        """What a live line says of a call; nothing of one that the journal does not have."""
        if ENTRY not in scope:
            return {}
        try:
            event = await told_of(self._store, self._providers, *scope[ENTRY])
        except StoreUnavailable:
            return {}
        if event is None:
            return {}
        told: dict[str, object] = {name: getattr(event, name) for name in FIELDS}
        struck = [fault.fault for fault in event.faults if fault.struck]
        return {**told, "entry": event.of or event.seq, "faults": struck}
