"""The ASGI application on provider and media paths: from a scope to a call, from a reply to bytes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.input.errors import Refusal, shown
from mockserver.domain.journal.journal import Closed, Sent
from mockserver.domain.journal.redaction import SHORTEST_ANYWHERE, clean_path, credentials
from mockserver.domain.provider.provider import Context, Inbound
from mockserver.domain.reply.coding import uncoded
from mockserver.domain.reply.performed import Performed, at_once
from mockserver.domain.reply.reply import MediaRef, Reply, Stream, leaves_at_once
from mockserver.domain.reply.sse import holds
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.domain.time.clock import Instant, start_clock
from mockserver.engine.call import Answered, Call
from mockserver.engine.downloads import PREFIX as MEDIA_PREFIX
from mockserver.engine.exchange import Exchange, refused
from mockserver.engine.ports import SandboxGone
from mockserver.engine.stakes import SCENARIO, pieces_struck, settle, settle_idle
from mockserver.web.endings import refusing
from mockserver.web.player import (
    Headers,
    Player,
    Receive,
    Scope,
    Send,
    send_plain,
    sent_at_once,
    whole_now,
)
from mockserver.web.problems import problem
from mockserver.web.protocol import ENTRY, HEAD, MAX_HEAD_BYTES, TRANSPORT
from mockserver.web.reading import Room, body_at_hand, inbound_of, read_body
from mockserver.web.refused_key import record_refusal

if TYPE_CHECKING:
    from mockserver.engine.downloads import Downloads
    from mockserver.engine.ports import Store, System
    from mockserver.engine.reports import Reports
    from mockserver.engine.sandboxes import Sandboxes
    from mockserver.web.addressing import Address, Addresses, Asked
    from mockserver.web.head_cache import Head
    from mockserver.web.identify import KeyPlaces
    from mockserver.web.router import Route

FOREIGN_SERVER = (
    "a fault rule asks for a hang-up, a reset, a wrong length or the end of an idle connection, "
    "which this ASGI server cannot perform: serve with `reelmock serve`"
)
SHARED_SOCKET = (
    "a fault rule asks for refused connections, but several processes listen on this socket: serve "
    "with `--workers 1`"
)
MAX_ECHO_BYTES = 2048  # of the headers that a page asks for; no list of real names is as long
# Headers that a browser page needs to read a reply; sent if the request names its Origin.
CORS = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"X-Mock-Reason, Retry-After, ETag, Content-Range, Content-Length, openai-poll-after-ms",
    ),
)
# What a head says: its fields, extra headers for each reply to it, the provider and the key, and
# the secrets in it.
Caller = tuple[dict[bytes, bytes], "Headers", "Address", tuple[str, ...]]


class Gateway:
    """Serves provider and media paths."""

    def __init__(
        self,
        addresses: Addresses,
        places: KeyPlaces,
        exchange: Exchange,
        downloads: Downloads,
        sandboxes: Sandboxes,
        player: Player,
        reports: Reports,
        store: Store,
        system: System,
    ) -> None:
        self._addresses = addresses
        self._places = places
        self._exchange = exchange
        self._downloads = downloads
        self._sandboxes = sandboxes
        self._player = player
        self._reports = reports
        self._store = store
        self._system = system
        self._room = Room()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one call: its caller, its body, its sandbox, the exchange, and the reply to it.

        Each of the first three can end the call: then it was answered, or the client has left.
        """
        head: Head | None = scope.get(HEAD)
        caller: Caller | None = None if head is None else head.note
        if caller is None:  # a head that has not come before
            caller = await self._caller(scope, receive, send)
        if caller is None:
            return
        fields, extra, address, secrets = caller
        known_id = self._sandboxes.recall(address.key, address.key_hash)
        body = body_at_hand(scope)
        if body is None:
            body = await self._body(scope, receive, send, address.route, extra)
        if body is None:
            return
        sandbox_id = known_id or await self._identified(scope, send, address, body, extra)
        if sandbox_id is None:
            return
        headers, query = self._places.hidden(
            scope["headers"], scope["query_string"].decode("latin-1")
        )
        inbound, operation = inbound_of(scope, address, fields, headers, query, body, secrets)
        provider = address.route.provider
        call = Call(provider, operation, inbound, sandbox_id, address.key_hash, address.base_url)
        try:
            answered = await self._exchange.handle(call)
        except SandboxGone:
            later = await self._a_moment_later(scope, send, call, address, extra)
            if later is None:
                return
            sandbox_id, answered = later
        del body, inbound, call  # they may be large, and a reply may take minutes
        await self._perform(scope, receive, send, sandbox_id, answered, extra, provider.name)

    async def _caller(self, scope: Scope, receive: Receive, send: Send) -> Caller | None:
        """What the head of a request says, for equal heads too; None if the call was answered."""
        fields = dict(scope["headers"])
        extra = CORS if b"origin" in fields else ()
        presented = self._places.presented(fields, scope["query_string"])
        asked = (scope["method"], scope["path"], fields.get(b"host", b""), *presented)
        address = self._addresses.known(asked)
        if address is None:
            address = await self._first_call(scope, receive, send, fields, asked, extra)
            if address is None:
                return None
        secrets = credentials(scope["headers"])
        if len(address.key) >= SHORTEST_ANYWHERE and address.key not in secrets:
            secrets = (address.key, *secrets)
        caller = fields, extra, address, secrets
        head: Head | None = scope.get(HEAD)
        if head is not None:
            head.note = caller
        return caller

    async def _first_call(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        fields: dict[bytes, bytes],
        asked: Asked,
        extra: Headers,
    ) -> Address | None:
        """The address of a new call; None if it was answered, because no provider serves it."""
        method, path, *_ = asked
        route = self._addresses.route(asked)
        if method == "OPTIONS":
            await send_plain(scope, send, _preflight(fields), extra)
        elif path.startswith(MEDIA_PREFIX):
            await self._media(scope, receive, send, extra)
        elif route is None:
            near = self._addresses.near(asked)
            hint = f"there is {shown(near)}" if near else "GET / lists their base URLs"
            detail = f"no provider has the path {shown(path)}; {hint}"
            await send_plain(scope, send, problem(404, detail), extra)
        else:
            try:
                query = scope["query_string"].decode("latin-1")
                return self._addresses.learn(asked, route, scope["scheme"], fields, query)
            except Refusal as refusal:
                body = await self._body(scope, receive, send, route, extra)
                if body is not None:
                    await self._refuse(scope, send, route, refusal, body, extra)
        return None

    async def _body(
        self, scope: Scope, receive: Receive, send: Send, route: Route, extra: Headers
    ) -> bytes | None:
        """The whole body; None if there is no room for it and that was answered, or the client left."""
        try:
            return await read_body(receive, self._room)
        except Refusal as refusal:
            await self._refuse(scope, send, route, refusal, b"", extra)
            return None

    async def refuse_head(self, scope: Scope, send: Send) -> None:
        """Answers 431; if the path names a provider, in its envelope."""
        reason = f"head: more than {MAX_HEAD_BYTES} bytes, expected a shorter path or fewer headers"
        route = self._addresses.route((scope["method"], scope["path"], b""))
        if route is None:
            return await send_plain(scope, send, problem(431, reason), ())
        refusal = Refusal("too_large", reason, message="Request Header Fields Too Large")
        await self._refuse(scope, send, route, refusal, b"", (), status=431)

    async def _identified(
        self, scope: Scope, send: Send, address: Address, body: bytes, extra: Headers
    ) -> str | None:
        """The sandbox that a key chooses, opened at its first call; None if the key is refused."""
        try:
            return await self._sandboxes.identify(address.key, address.key_hash)
        except Refusal as refusal:
            await self._refuse(scope, send, address.route, refusal, body, extra)
            return None

    async def _a_moment_later(
        self, scope: Scope, send: Send, call: Call, address: Address, extra: Headers
    ) -> tuple[str, Answered] | None:
        """Looks the key up again. Returns the call and its sandbox; None if it is refused."""
        sandbox_id = await self._identified(scope, send, address, call.inbound.body, extra)
        if sandbox_id is None:
            return None
        try:
            return sandbox_id, await self._exchange.handle(replace(call, sandbox_id=sandbox_id))
        except SandboxGone:
            detail = "the sandbox of this key was deleted during the call"
            await send_plain(scope, send, problem(409, detail), extra)
            return None

    async def _media(self, scope: Scope, receive: Receive, send: Send, extra: Headers) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            refused = problem(405, "media is read only with GET or HEAD")
            return await send_plain(scope, send, refused, extra)
        keys = self._places.possible_keys_in_headers(scope["headers"])
        headers, query = self._places.hidden(
            scope["headers"], scope["query_string"].decode("latin-1")
        )
        inbound = Inbound(scope["method"], scope["path"], query, headers)
        sandbox_id, answered = await self._downloads.handle(inbound, keys)
        await self._perform(scope, receive, send, sandbox_id, answered, extra, "")

    async def _perform(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        sandbox_id: str,
        answered: Answered,
        extra: Headers,
        provider: str,
    ) -> None:
        reply = answered.reply
        whole = whole_now(reply, answered.virtual_ms)
        try:
            if whole is not None and sent_at_once(scope, reply, whole, extra):
                if type(reply.body) is Stream:
                    size_bytes = len(whole)
                    pieces = ((answered.virtual_ms, size_bytes),)
                    done = at_once(reply.status, size_bytes, pieces)
                    with suppress(StoreUnavailable):  # the client has left: only its entry is lost
                        await self._tell(scope, sandbox_id, answered, done, provider)
                return
            scope[ENTRY] = (sandbox_id, answered.seq, None)
            if leaves_at_once(reply):
                return await send_plain(scope, send, reply, extra)
            if reply.effects.needs_transport and TRANSPORT not in scope:
                return await send_plain(scope, send, problem(501, FOREIGN_SERVER), extra)
            if reply.effects.ending == "refuse" and refusing(scope[TRANSPORT]) is None:
                return await send_plain(scope, send, problem(501, SHARED_SOCKET), extra)
            with self._reports.of(sandbox_id) as report:
                done = await self._player.play(
                    scope, receive, send, sandbox_id, reply, extra, report
                )
                with suppress(StoreUnavailable):
                    now = await self._now(sandbox_id)
                    if now is not None:
                        real_ms, now_ms = now.real_ms, now.virtual_ms
                        ended = replace(answered, real_ms=real_ms, virtual_ms=now_ms)
                        sent = await self._tell(scope, sandbox_id, ended, done, provider)
                        scope[ENTRY] = (sandbox_id, answered.seq, sent)
        finally:
            if answered.visit is not None:
                await answered.visit.end()
        if reply.effects.idle_ms is not None and done.whole:
            with self._reports.of(sandbox_id) as later:
                later.waiter = report.idle
                idle_ms = reply.effects.idle_ms
                if await self._player.closed_idle(scope, sandbox_id, idle_ms, later, report):
                    await self._tell_closed(sandbox_id, answered, provider)

    async def _tell_closed(self, sandbox_id: str, answered: Answered, provider: str) -> None:
        """Writes down that a connection was closed while it was idle."""
        with suppress(StoreUnavailable):
            now = await self._now(sandbox_id)
            if now is not None:
                struck = await settle_idle(self._store, sandbox_id, answered.stakes)
                closed = Closed(
                    now.real_ms,
                    now.virtual_ms,
                    of=answered.seq,
                    provider=provider,
                    struck=struck,
                )
                await self._store.record(sandbox_id, closed)

    async def _now(self, sandbox_id: str) -> Instant | None:
        """The present moment of a sandbox; None if it does not exist any more. Raises StoreUnavailable."""
        snapshot = await self._store.load(sandbox_id)
        if snapshot is None:
            return None
        return snapshot.sandbox.clock.instant(self._system.real_ms())

    async def _tell(
        self, scope: Scope, sandbox_id: str, answered: Answered, done: Performed, provider: str
    ) -> Sent:
        """Writes down what was sent of a reply, and which rules struck with it."""
        now_ms = answered.virtual_ms
        struck = await settle(self._store, sandbox_id, answered.stakes, done, now_ms)
        sent = Sent(
            answered.real_ms,
            now_ms,
            of=answered.seq,
            performed=done,
            provider=provider,
            method=scope["method"],
            path=clean_path(scope["path"], credentials(scope["headers"])),
            done=done.whole and _says_done(answered),
            asset=_sound_asset(answered.reply),
            struck=tuple(rule for rule in struck if rule != SCENARIO),
            struck_pieces=pieces_struck(answered.stakes, struck, done) if done.pieces else {},
            scenario_struck=SCENARIO in struck,
        )
        await self._store.record(sandbox_id, sent)
        return sent

    async def _refuse(
        self,
        scope: Scope,
        send: Send,
        route: Route,
        refusal: Refusal,
        body: bytes,
        extra: Headers,
        status: int | None = None,
    ) -> None:
        """A refusal before any sandbox is known; `status` replaces its own status."""
        provider, now_ms = route.provider, self._system.real_ms()
        query = scope["query_string"].decode("latin-1")
        keys = self._places.possible_keys(scope["headers"], query)
        headers, query = self._places.hidden(scope["headers"], query)
        asked = Inbound(scope["method"], scope["path"], query, headers, body)
        clock = start_clock("real", now_ms)
        context = Context(now_ms, "", "", clock, provider.defaults, request=asked)
        reply = refused(provider, refusal, context)
        if status is not None:
            reply = replace(reply, status=status)
        reason = refusal.reason
        await record_refusal(self._store, self._system, asked, route, reply, reason, keys)
        await send_plain(scope, send, reply, extra)


def _sound_asset(reply: Reply) -> str:
    """The undamaged video in a reply; empty if there is none."""
    body = reply.body
    return body.asset if type(body) is MediaRef and not reply.effects.scrambled else ""


def _says_done(answered: Answered) -> bool:
    """Whether a stream contains its last event; other replies have no last event."""
    body, ending = answered.reply.body, answered.ending
    if type(body) is Stream:
        return body.closing != b""
    if not ending or type(body) is not tuple:
        return False
    whole = b"".join([frame.data for frame in body])
    return holds(uncoded(answered.reply.headers, whole), ending)


def _preflight(fields: dict[bytes, bytes]) -> Reply:
    asked = fields.get(b"access-control-request-headers", b"*")
    if len(asked) > MAX_ECHO_BYTES:
        asked = b"*"
    return Reply(
        204,
        (
            (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", b"600"),
        ),
        b"",
    )
