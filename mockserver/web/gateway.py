"""The ASGI application on provider and media paths: from a scope to a call, from a reply to bytes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.clock import start_clock
from mockserver.domain.errors import Refusal
from mockserver.domain.journal import Entry
from mockserver.domain.provider import Context, Inbound, Operation
from mockserver.domain.reply import MediaRef, Reply
from mockserver.domain.sse import DONE
from mockserver.engine.downloads import PREFIX as MEDIA_PREFIX
from mockserver.engine.exchange import Call, Exchange, SandboxGone, refused
from mockserver.engine.ports import StoreUnavailable
from mockserver.web.identify import Keys, stray_key
from mockserver.web.misplaced import record_misplaced
from mockserver.web.multipart import parse_form
from mockserver.web.player import (
    Headers,
    Performed,
    Player,
    Receive,
    Scope,
    Send,
    is_plain,
    send_plain,
)
from mockserver.web.problems import problem
from mockserver.web.protocol import TRANSPORT

if TYPE_CHECKING:
    from mockserver.domain.command import Command, Outcome
    from mockserver.engine.downloads import Downloads
    from mockserver.engine.ports import Store, System
    from mockserver.engine.sandboxes import Sandboxes
    from mockserver.web.base_url import BaseUrls
    from mockserver.web.router import Route, Router

FOREIGN_SERVER = (
    "a fault rule asks for a hang-up, a reset or a wrong length, which this ASGI server cannot "
    "perform: serve with `reelmock serve`"
)
BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
MAX_BODY_BYTES = 32 * 1024 * 1024
# What a browser page needs to read a reply; sent where the request names its Origin.
CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"X-Mock-Reason, Retry-After, ETag, Content-Range, Content-Length, openai-poll-after-ms",
    ),
]


class Gateway:
    """Serves provider and media paths."""

    def __init__(
        self,
        router: Router,
        exchange: Exchange,
        downloads: Downloads,
        sandboxes: Sandboxes,
        player: Player,
        store: Store,
        system: System,
        base_urls: BaseUrls,
    ) -> None:
        self._router = router
        self._exchange = exchange
        self._downloads = downloads
        self._sandboxes = sandboxes
        self._player = player
        self._store = store
        self._system = system
        self._base_urls = base_urls
        self._keys = Keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = dict(scope["headers"])
        extra = CORS if b"origin" in fields else []
        if scope["method"] == "OPTIONS":
            return await send_plain(send, _preflight(fields), extra)
        path = scope["path"]
        if path.startswith(MEDIA_PREFIX):
            return await self._media(scope, receive, send, extra)
        route = self._router.find(scope["method"], self._base_urls.host(fields), path)
        if route is None:
            detail = f"no provider has the path {path!r}; GET / lists their base URLs"
            return await send_plain(send, problem(404, detail), extra)
        try:
            key, key_hash = self._keys.read(fields.get(b"authorization"), route.provider)
            sandbox_id = await self._sandboxes.identify(key, key_hash)
        except Refusal as refusal:
            reply = self._refused(scope, route, refusal)
            await record_misplaced(self._store, self._system, scope, route, reply, refusal.reason)
            return await send_plain(send, reply, extra)
        inbound, operation = await _read(scope, receive, route, fields)
        if inbound is None:
            return None
        base_url = self._base_urls.base(scope["scheme"], fields)
        call = Call(route.provider, operation, inbound, sandbox_id, key_hash, base_url)
        try:
            seq, reply = await self._exchange.handle(call)
        except SandboxGone:
            seq, reply = (
                0,
                problem(409, "the sandbox of this key was deleted in the middle of the call"),
            )
        if is_plain(reply):
            return await send_plain(send, reply, extra)
        await self._perform(
            scope, receive, send, sandbox_id, seq, reply, extra, route.provider.name
        )

    async def _media(self, scope: Scope, receive: Receive, send: Send, extra: Headers) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            return await send_plain(send, problem(405, "media is read with GET or HEAD"), extra)
        query = scope["query_string"].decode("latin-1")
        inbound = Inbound(scope["method"], scope["path"], query, scope["headers"])
        key = stray_key(scope["headers"])
        sandbox_id, seq, reply = await self._downloads.handle(inbound, key)
        await self._perform(scope, receive, send, sandbox_id, seq, reply, extra, "")

    async def _perform(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        sandbox_id: str,
        seq: int,
        reply: Reply,
        extra: Headers,
        provider: str,
    ) -> None:
        if is_plain(reply):
            return await send_plain(send, reply, extra)
        if reply.effects.needs_transport and TRANSPORT not in scope:
            return await send_plain(send, problem(501, FOREIGN_SERVER), extra)
        done = await self._player.play(scope, receive, send, sandbox_id, reply, extra)
        with suppress(StoreUnavailable):  # the reply has left: its entry is all that is lost
            await self._record_sent(scope, sandbox_id, seq, reply, done, provider)

    async def _record_sent(
        self,
        scope: Scope,
        sandbox_id: str,
        seq: int,
        reply: Reply,
        done: Performed,
        provider: str,
    ) -> None:
        snapshot = await self._store.load(sandbox_id)
        if snapshot is not None:
            real_ms = self._system.real_ms()
            entry = Entry(
                kind="sent",
                real_ms=real_ms,
                virtual_ms=snapshot.sandbox.clock.at(real_ms),
                provider=provider,
                method=scope["method"],
                path=scope["path"],
                status=reply.status,
                reply_size_bytes=done.sent_bytes,
                detail={
                    "of": seq,
                    "client_left": done.gone,
                    "whole": done.whole,
                    "done": done.whole and _says_done(reply),
                    "asset": _sound_asset(reply),
                },
            )
            await self._store.record(sandbox_id, entry)

    def _refused(self, scope: Scope, route: Route, refusal: Refusal) -> Reply:
        """A refusal that comes before any sandbox is known."""
        provider, now_ms = route.provider, self._system.real_ms()
        query = scope["query_string"].decode("latin-1")
        asked = Inbound(scope["method"], scope["path"], query, scope["headers"])
        clock = start_clock("real", now_ms)
        context = Context(now_ms, "", "", clock, provider.defaults, request=asked)
        return refused(provider, refusal, context)


async def _read(
    scope: Scope, receive: Receive, route: Route, fields: dict[bytes, bytes]
) -> tuple[Inbound | None, Operation]:
    """The request with its body, and the operation that serves it or says no.

    None for the request when the client left before it was whole.
    """
    has_body = scope["method"] != "GET" or not fields.keys().isdisjoint(BODY_HEADERS)
    body = await _body(receive) if has_body else b""
    if body is None:
        return None, _refusing(Refusal("malformed", "the client left"))
    query = scope["query_string"].decode("latin-1")
    inbound = Inbound(scope["method"], scope["path"], query, scope["headers"], body, route.params)
    if len(body) > MAX_BODY_BYTES:
        inbound = replace(inbound, body=b"")
        return inbound, _refusing(
            Refusal("too_large", f"body: expected at most {MAX_BODY_BYTES} bytes")
        )
    if route.operation is None:
        return inbound, _refusing(_no_operation(scope["method"], scope["path"], route.allowed))
    content_type = fields.get(b"content-type", b"")
    if content_type[:19].lower() == b"multipart/form-data":
        try:
            inbound = replace(inbound, form=parse_form(content_type.decode("latin-1"), body))
        except Refusal as refusal:
            return inbound, _refusing(refusal)
    return inbound, route.operation


async def _body(receive: Receive) -> bytes | None:
    """The whole body; one over the limit is cut right behind it, None when the client left."""
    chunks: list[bytes] = []
    size_bytes = 0
    while size_bytes <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message["body"])
        size_bytes += len(chunks[-1])
        if not message.get("more_body"):
            break
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _sound_asset(reply: Reply) -> str:
    """The video that a reply holds, undamaged; empty where it holds none."""
    if isinstance(reply.body, MediaRef) and not reply.effects.scrambled:
        return reply.body.asset
    return ""


def _says_done(reply: Reply) -> bool:
    """Whether a stream holds its terminal event; nothing else has one."""
    frames = reply.body
    return isinstance(frames, tuple) and any(DONE.strip() in frame.data for frame in frames)


def _refusing(refusal: Refusal) -> Operation:
    """An operation that says no, so that refusals of every kind take the same way."""

    def decode(inbound: Inbound, context: Context) -> Command:
        raise refusal

    def encode(outcome: Outcome, inbound: Inbound, context: Context) -> Reply:
        raise refusal

    return Operation("unknown", "", "", "account", decode, encode)


def _no_operation(method: str, path: str, allowed: tuple[str, ...]) -> Refusal:
    if allowed:
        return Refusal(
            "method_not_allowed", f"method: got {method}, expected {' or '.join(allowed)}"
        )
    return Refusal("unknown_path", f"path: this provider documents no {path!r}")


def _preflight(fields: dict[bytes, bytes]) -> Reply:
    asked = fields.get(b"access-control-request-headers", b"*")
    return Reply(
        204,
        (
            (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", b"600"),
        ),
        b"",
    )
