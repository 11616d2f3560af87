"""The reverse proxy before a real provider. Every reply goes on to the client piece by piece, as it
comes. After that, the exchange is written without its secrets.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from math import inf
from typing import Any

import anyio
from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.command import Submit, UpgradeVideo
from mockserver.domain.provider.judging import json_of
from mockserver.domain.provider.provider import Provider
from mockserver.domain.reply.reply import Headers, Reply, encode_json, header_text, with_headers
from mockserver.outbound.upstream import NoAnswer, Upstream
from mockserver.recorder.callbacks import PREFIX, Callbacks, undocumented
from mockserver.recorder.file import TapeFile
from mockserver.recorder.har import Taped, digest, entry_of, unpacked
from mockserver.recorder.matching import inbound_of, known_call
from mockserver.recorder.media import Counted, links_in
from mockserver.recorder.passing import KEPT_BYTES, Passing, Request, Send
from mockserver.recorder.spending import (
    Spending,
    asked_of,
    plain_context,
    price_micros,
)
from mockserver.recorder.washing import Washer
from mockserver.system import RealSystem, real_ns

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]

PAID_BYTES = 32 << 20  # of a creation's body, which is read before it is sent on
LAST_S = 1.5  # less time than the server waits when it stops
_GONE = "http.disconnect"
_LOOKED_THROUGH = ("poll", "content", "stream", "upgrade")  # replies that link to videos


class Gone(Exception):
    """The client left before its request was complete."""


class TooLong(Exception):
    """A body that is needed as a whole is too long. The message says how long it may be."""


class RecorderOptions(Struct, frozen=True):
    """How a recorder works. The provider sends callbacks to `public_url`."""

    public_url: str
    media_bytes: int = 0
    complain: Callable[[str], None] = print


class Recorder:
    """An ASGI application that passes on one provider's calls and tapes them."""

    def __init__(
        self,
        provider: Provider,
        upstream: Upstream,
        tape: TapeFile,
        spending: Spending,
        washer: Washer,
        terms: RecorderOptions,
    ) -> None:
        self._provider = provider
        self._upstream = upstream
        self._tape = tape
        self._spending = spending
        self._washer = washer
        self._terms = terms
        self._callbacks = Callbacks()
        self._system = RealSystem()
        self._fetched: set[str] = set()
        self.task_ids: set[str] = set()  # of the jobs that were made through it
        self._open: dict[Passing, anyio.CancelScope] = {}
        self._has_complained = False
        self._fetching: set[anyio.CancelScope] = set()
        self._last_s = inf  # in the event loop's time: from then on, no video is waited for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1000})
        if scope["path"].startswith(PREFIX):
            return await self._callback(scope, receive, send)
        try:
            request = await self._read(scope, receive)
        except Gone:
            return
        except TooLong as error:
            return await send_whole(send, problem(413, str(error)))
        refusal = self._refused(request)
        if refusal is not None:
            return await send_whole(send, refusal)
        await self._passed_on(request, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        """Closes connections and the tape."""
        await self._upstream.close()
        await self._callbacks.close()
        self._tape.close()

    async def _read(self, scope: Scope, receive: Receive) -> Request:
        """The request, with its body if that must be known before it is sent on. Raises Gone."""
        path = _own_path(scope, self._provider.name)
        url = self._upstream.base_url + path
        known = known_call((self._provider,), scope["method"], url)
        headers = tuple((name.lower(), value) for name, value in scope["headers"])
        counted = Counted(KEPT_BYTES)
        request = Request(scope["method"], url, headers, None, counted, known)
        may_cost = price_micros(known, request.method, None) is None
        if not may_cost:
            return request if _has_body(headers) else replace(request, body=b"")
        body = await whole_body(receive, PAID_BYTES)
        return self._priced(replace(request, body=body))

    def _priced(self, request: Request) -> Request:
        """A paid call with its price. For callbacks, it has our address instead of the client's."""
        known, body = request.known, request.body or b""
        plain = unpacked(body, request.headers)
        asked = None
        if known is not None and plain is not None:
            asked = asked_of(known, inbound_of(known, request.url, request.headers, plain))
        url = asked.callback_url if isinstance(asked, Submit | UpgradeVideo) else None
        strange = undocumented(body, url or "")
        request.counted.add(body)  # as the client sent it: the tape has the client's own address
        note = f"a callback URL where no document puts one: {', '.join(strange)}" if strange else ""
        if url and plain == body:
            body = self._callbacks.redirected(body, url, self._terms.public_url)
        if note:
            self._terms.complain(f"reelmock record: {note}; it is not rewritten")
        price = price_micros(known, request.method, asked)
        return replace(request, body=body, asked=asked, price_micros=price, note=note)

    def _refused(self, request: Request) -> Reply | None:
        """Our refusal of a call that may cost: it exceeds the budget, or the tape cannot be
        written.
        """
        if request.price_micros == 0:
            return None
        if self._tape.trouble:
            return problem(507, f"nothing is created that cannot be taped: {self._tape.trouble}")
        reason = self._spending.take(request.price_micros)
        if not reason:
            return None
        known = request.known
        inbound = inbound_of(known, request.url, (), b"") if known else None
        if known is None or inbound is None:
            return with_headers(problem(402, reason), (b"x-mock-reason", header_text(reason)))
        context = plain_context(self._provider, inbound, self._system.real_ms())
        reply = self._provider.refuse(Refusal("insufficient_balance", reason), context)
        return with_headers(reply, (b"x-mock-reason", header_text(reason)))

    async def _passed_on(self, request: Request, receive: Receive, send: Send) -> None:
        """Sends the request on and the reply back, and tapes both, even if one side ends it early."""
        passing = Passing(self._system.real_ms(), request)
        try:
            async with anyio.create_task_group() as group:
                self._open[passing] = group.cancel_scope
                watch = partial(_watch, receive, passing, group.cancel_scope)
                try:
                    await self._through(passing, receive, send, partial(group.start_soon, watch))
                except NoAnswer as error:
                    await self._unanswered(passing, error, send)
                except Gone:
                    passing.ends("client left")
                self._open.pop(passing, None)
                group.cancel_scope.cancel()
        finally:
            self._write(passing.taped(self._provider.name))
        await self._settle(passing)

    async def _through(
        self, passing: Passing, receive: Receive, send: Send, watch: Callable[[], object]
    ) -> None:
        """The exchange itself. When the request is complete, it is watched whether the client
        leaves.
        """
        request = passing.request
        sent: bytes | AsyncIterator[bytes]
        if request.body is None:
            sent = _streamed(receive, request.counted, watch)
        else:
            sent = request.body
            watch()
        url, headers = request.url, request.headers
        async with self._upstream.call(request.method, url, headers, sent) as coming:
            await passing.go(coming, send, self._weigh)

    def stop(self) -> None:
        """Ends the exchanges that are under way; the tape says so in each. Videos may take a moment
        more.
        """
        self._last_s = anyio.current_time() + LAST_S
        for fetching in self._fetching:
            fetching.deadline = self._last_s
        for passing, scope in tuple(self._open.items()):
            passing.ends("recorder ended")
            scope.cancel()

    async def _unanswered(self, passing: Passing, error: NoAnswer, send: Send) -> None:
        self._terms.complain(f"reelmock record: {error}")
        passing.note = str(error)
        # Its head was sent, so the client's connection breaks off too.
        if passing.coming is not None:
            passing.ends("upstream broke off")
            return
        passing.ends("no answer")
        if not error.reached:
            self._spending.give_back(passing.request.price_micros)
        reason = header_text(str(error))
        await send_whole(send, with_headers(problem(502, str(error)), (b"x-mock-reason", reason)))

    async def _settle(self, passing: Passing) -> None:
        """What follows when the reply was sent: the videos that it links to are fetched."""
        request, coming = passing.request, passing.coming
        if coming is None or passing.ended is not None:
            return
        body = unpacked(passing.counted.body, coming.headers) or b""
        if request.known and request.known.operation.call_phase in _LOOKED_THROUGH:
            for link in links_in(body):
                await self._fetch(link)

    def _weigh(self, passing: Passing) -> None:
        """A creation that the provider took has made a job; one that it refused cost nothing."""
        coming, price = passing.coming, passing.request.price_micros
        if not price or coming is None:
            return
        body = unpacked(passing.counted.body, coming.headers) or b""
        if self._provider.judging.means_success(coming.status, body):
            self.task_ids.add(self._provider.judging.created_id(json_of(body)))
        else:
            self._spending.give_back(price)

    async def _fetch(self, link: str) -> None:
        """Fetches a video once, without the client's key, and tapes it."""
        if link in self._fetched:
            return
        self._fetched.add(link)
        counted = Counted(max(self._terms.media_bytes, 0))
        request = Request("GET", link, (), b"", Counted(0), None)
        passing = Passing(self._system.real_ms(), request, counted, kind="media")
        with anyio.CancelScope(deadline=self._last_s) as scope:
            self._fetching.add(scope)
            try:
                async with self._upstream.call("GET", link, (), b"") as coming:
                    await passing.go(coming, None, self._weigh)
            except NoAnswer as error:
                passing.ends("no answer")
                passing.note = str(error)
        self._fetching.discard(scope)
        taped = passing.taped(self._provider.name)
        self._write(replace(taped, keeps_bytes=counted.size_bytes <= self._terms.media_bytes))

    async def _callback(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tapes a callback and passes it on. The provider gets the client's answer."""
        url = self._callbacks.url_of(scope["path"])
        if not url or scope["method"] != "POST":
            return await send_whole(send, problem(404, "no callback is expected here"))
        started_ms, begun_ns = self._system.real_ms(), real_ns()
        try:
            body = await whole_body(receive, KEPT_BYTES)
        except Gone:
            return
        except TooLong as error:
            return await send_whole(send, problem(413, str(error)))
        headers = tuple((name.lower(), value) for name, value in scope["headers"])
        answer = await self._callbacks.pass_on(url, headers, body)
        took_ms = (real_ns() - begun_ns) / 1e6
        self._write(
            Taped(
                "callback",
                "POST",
                url,
                started_ms,
                headers,
                body,
                len(body),
                digest(body),
                answer.status or 0,
                body=answer.text.encode(),
                size_bytes=len(answer.text.encode()),
                first_byte_ms=took_ms,
                took_ms=took_ms,
                ended="whole" if answer.status else "no answer",
                provider=self._provider.name,
                operation="callback",
                note=answer.problem,
            )
        )
        if answer.status is None:
            return await send_whole(send, problem(502, f"the receiver: {answer.problem}"))
        plain = ((b"content-type", b"text/plain; charset=utf-8"),)
        await send_whole(send, Reply(answer.status, plain, answer.text.encode()))

    def _write(self, taped: Taped) -> None:
        self._tape.append(entry_of(taped, self._washer))
        if self._tape.trouble and not self._has_complained:
            self._has_complained = True
            told = "what is taped so far is whole, creations are refused from now on"
            self._terms.complain(f"reelmock record: {self._tape.trouble}; {told}")


def _own_path(scope: Scope, provider: str) -> str:
    """Path and query as the client sent them, without a prefix that names the provider."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    if path.startswith(f"/{provider}/"):
        path = path[len(provider) + 1 :]
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _has_body(headers: Headers) -> bool:
    return any(
        k == b"transfer-encoding" or (k == b"content-length" and v != b"0") for k, v in headers
    )


async def whole_body(receive: Receive, most_bytes: int) -> bytes:
    """A body that is needed as a whole. Raises Gone, TooLong."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == _GONE:
            raise Gone
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise TooLong(f"body: expected at most {most_bytes} bytes")
        if not message.get("more_body"):
            return bytes(body)


async def _streamed(
    receive: Receive, counted: Counted, then: Callable[[], object]
) -> AsyncIterator[bytes]:
    """A body as it comes. `then` is called at its end. Raises Gone."""
    while True:
        message = await receive()
        if message["type"] == _GONE:
            raise Gone
        counted.add(message.get("body", b""))
        yield message.get("body", b"")
        if not message.get("more_body"):
            then()
            return


async def _watch(receive: Receive, passing: Passing, scope: anyio.CancelScope) -> None:
    """Ends the exchange if the client leaves before it has the whole reply."""
    while (await receive())["type"] != _GONE:
        pass
    passing.ends("client left")
    scope.cancel()


def problem(status: int, detail: str) -> Reply:
    """What we say ourselves, as problem+json."""
    titles = {
        402: "Payment required",
        404: "Not found",
        413: "Content too large",
        502: "Bad gateway",
        507: "Insufficient storage",
    }
    body = {"type": "about:blank", "title": titles[status], "status": status, "detail": detail}
    return Reply(status, ((b"content-type", b"application/problem+json"),), encode_json(body))


async def send_whole(send: Send, reply: Reply) -> None:
    """Sends a reply of our own."""
    assert isinstance(reply.body, bytes), "our own replies are whole"
    headers = [*reply.headers, (b"content-length", b"%d" % len(reply.body))]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
