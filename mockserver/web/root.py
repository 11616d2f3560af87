"""The whole ASGI application: lifespan, the front page, the control API, everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from typing import TYPE_CHECKING

from mockserver.domain.reply.reply import Reply
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.web.lifespan import BackgroundServices, lifespan
from mockserver.web.player import Receive, Scope, Send, send_plain
from mockserver.web.problems import store_unavailable

if TYPE_CHECKING:
    from mockserver.engine.core import Core
    from mockserver.web.base_url import BaseUrls
    from mockserver.web.gateway import Gateway

ADMIN_PREFIX = "/_mock"
_READS = ("GET", "HEAD")
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Root:
    """Sends each scope to its part of the application.

    The control API is built when it is first called, in a thread of its own: reading its modules
    may take 70 milliseconds of the loop.
    """

    def __init__(
        self,
        core: Core,
        gateway: Gateway,
        base_urls: BaseUrls,
        build_admin: Callable[[], Asgi],
        beside: BackgroundServices,
        *,
        memory: bool,
    ) -> None:
        self._core = core
        self._beside = beside
        self._gateway = gateway
        self._base_urls = base_urls
        self._build_admin = build_admin
        self._admin: asyncio.Future[Asgi] | None = None
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await lifespan(self._beside, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1000})
        try:
            await self._place(scope)(scope, receive, send)
        except StoreUnavailable as error:
            await send_plain(scope, send, store_unavailable(str(error)), [])

    def prompt(self, scope: Scope) -> Asgi | None:
        """What serves a request from memory, so that it can begin without its own task."""
        path = scope["path"]
        return (
            self._gateway if self._memory and len(path) > 1 and path[:6] != ADMIN_PREFIX else None
        )

    async def overlong(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request whose head is too large; only the first line of the head is there."""
        await self._gateway.refuse_head(scope, send)

    def _place(self, scope: Scope) -> Asgi:
        """The part of the application that a request belongs to."""
        path = scope["path"]
        if path.startswith(ADMIN_PREFIX) and path[6:7] in ("", "/"):
            return self._to_admin
        return self._front_page if path == "/" and scope["method"] in _READS else self._gateway

    async def _to_admin(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._admin is None:
            self._admin = asyncio.ensure_future(asyncio.to_thread(self._build_admin))
        # other requests wait for it even if this client goes
        admin = await asyncio.shield(self._admin)
        await admin(scope, receive, send)

    async def _front_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        base = escape(
            self._base_urls.base(scope["scheme"], dict(scope["headers"]).get(b"host", b""))
        )
        rows = "".join(
            f"<tr><th>{escape(p.title)}<td><code>{base}/{p.name}</code>"
            for p in self._core.providers.values()
        )
        body = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Reelmock</title>"
            "<h1>Reelmock</h1><p>Use these in place of the providers' own base URLs:"
            f"<table>{rows}</table><p>Control API: <code>{base}{ADMIN_PREFIX}/v1</code>"
            f"<p><a href='{ADMIN_PREFIX[1:]}/'>Dashboard</a>"
        )
        reply = Reply(200, ((b"content-type", b"text/html; charset=utf-8"),), body.encode())
        await send_plain(scope, send, reply, [])
