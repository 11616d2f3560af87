"""uvicorn's HTTP protocol. It gives the application four things that ASGI does not have.

They are the transport (so that a hang-up before the headers and a TCP reset are real), a message
when the connection is used again, a short way in (the body, if it has already come) and a short way
out (a whole reply in one piece). On another ASGI server, faults that need them are refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)

from mockserver.web.endings import Lingering, do_not_wait, last_word
from mockserver.web.head_cache import END, Head, HeadCache, size_bytes, without_offer
from mockserver.web.reply_head import Headers, reply_head
from mockserver.web.resumed import resumed
from mockserver.web.write_batch import WriteBatch

TRANSPORT = "reelmock.transport"
ANSWER = "reelmock.answer"
WATCH_IDLE = "reelmock.watch_idle"
TAKE_BODY = "reelmock.take_body"
HEAD = "reelmock.head"
ENTRY = "reelmock.entry"
Scope = dict[str, Any]
AnswerAtOnce = Callable[[Scope, int, Headers, bytes, bool], bool]
TakeBody = Callable[[Scope], bytes | None]
_BODILESS = frozenset({204, 304})
MAX_HEAD_BYTES = 32 * 1024
MAX_PATH_BYTES = 2048  # bytes of a head that is too large: enough to see whose it is
HEAD_TIMEOUT_S = 10.0


class Protocol(HttpToolsProtocol):
    """Reads requests with less work than uvicorn, and ignores offers to upgrade.

    Java's HTTP client offers `Upgrade: h2c` with its first request. A server may ignore that (RFC
    9110, section 7.8). But the parser stops after such a head, and the body would be lost. So the
    head is parsed again without the offer, and the rest as usual.

    One timer for each connection watches for idleness, not one for each request. If the application
    names a `prompt` part of itself for a request, that part begins as soon as the request is
    complete, without its own task. It gets a task only if it has to wait for something.
    """

    _idle_since_s: float | None = None
    _unbegun: tuple[RequestResponseCycle, Any] | None = None
    _reading = False  # a request has begun to come in but is not complete
    _reading_head = False  # and its head is not complete
    _begun = 0  # number of requests that have begun to come in
    _head_bytes = 0  # bytes that have come of a head that comes in several pieces
    _head_timer: asyncio.TimerHandle | None = None
    _passed_over = False  # a request whose head is not served: an offer to upgrade, or a CONNECT
    _head: Head | None = None
    _ignores_input = False  # from now on nothing that comes in is read
    _head_begun = 0  # the request that the timer of heads is for
    _piece_bytes = 0  # bytes of the request that is being read now
    _last_word: bytes | None = None  # sent after the replies that are still to come
    _in_use: Callable[[], None] | None = None  # called when the connection is used again

    def __init__(
        self,
        *arguments: Any,
        batch: WriteBatch | None = None,
        head_cache: HeadCache | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        # uvicorn asks whether the logger has handlers; a test runner may have added some.
        self.access_log = self.config.access_log
        self._batch = batch or WriteBatch()
        self._head_cache = head_cache or HeadCache()
        self._prompt = getattr(self.app, "prompt", None)
        self._scope: Scope = {}

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        request = ("http_version", "method", "path", "raw_path", "query_string", "headers", "state")
        self._scope = {  # fields that all requests of a connection share; a copy is the fastest way
            "type": "http",
            "asgi": {"version": self.config.asgi_version, "spec_version": "2.3"},
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            TRANSPORT: transport,
            TAKE_BODY: self.take_body,
            WATCH_IDLE: self.watch_idle,
            **dict.fromkeys(request),
        }
        if not self.access_log:  # only `send` writes these
            self._scope[ANSWER] = self.answer

    def take_body(self, scope: Scope) -> bytes | None:
        """The whole body of a request, once; None if more of it is still to come."""
        cycle = self.cycle
        if cycle.scope is not scope or cycle.more_body:
            return None
        body = bytes(cycle.body)
        cycle.body = bytearray()
        return body

    def answer(
        self, scope: Scope, status: int, headers: Headers, body: bytes, chunked: bool
    ) -> bool:
        """Sends a whole reply, with its length or as one chunk; False if only `send` can do it.

        The headers must be clean, and must not contain length, encoding or connection.
        """
        cycle = self.cycle
        # If the next request is already in (pipelined), the cycle belongs to that one.
        if cycle.scope is not scope or self.flow.write_paused:
            return False
        if status in _BODILESS or scope["method"] == "HEAD":
            return False
        if cycle.disconnected:
            return True  # as `send` does: there is no client to read it
        head = reply_head(status, headers, cycle.keep_alive)
        if chunked:
            size = b"transfer-encoding: chunked\r\n\r\n%x\r\n" % len(body)
            whole = b"".join((head, size, body, b"\r\n0\r\n\r\n"))
        else:
            whole = b"".join((head, b"content-length: %d\r\n\r\n" % len(body), body))
        cycle.response_started = cycle.response_complete = True
        self._batch.put(self.loop, self.transport, whole)
        cycle.message_event.set()
        if not cycle.keep_alive:
            self._batch.write_now(self.transport)
            cycle.transport.close()
        self.on_response_complete()
        return True

    def watch_idle(self, in_use: Callable[[], None]) -> None:
        """Calls `in_use` when the next request comes in, or when the connection ends."""
        self._in_use = in_use
        if self._reading or self.pipeline:
            self._is_in_use()

    def _is_in_use(self) -> None:
        in_use, self._in_use = self._in_use, None
        if in_use is not None:
            in_use()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._is_in_use()
        self._let_go()

    def _let_go(self) -> None:
        """Drops the references that lead back here, so that the connection need not wait for the collector.

        A timer would hold the connection for seconds, and only a full round frees objects of that
        age.
        """
        self._unset_keepalive_if_required()
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        self._scope, self.url, self.headers, self._head = {}, b"", [], None
        if self.cycle is not None and self.cycle.response_complete:
            self.scope = self.cycle = None  # type: ignore[assignment]

    def eof_received(self) -> None:
        self._batch.write_now(self.transport)  # the transport closes after this
        super().eof_received()

    def shutdown(self) -> None:
        self._batch.write_now(self.transport)
        super().shutdown()
        do_not_wait(self.transport, self.loop)

    def on_message_begin(self) -> None:
        self._reading = self._reading_head = True
        self._begun += 1
        if self._in_use is not None:
            self._is_in_use()
        self._head_bytes = 0
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        self._reading_head = False
        parser = self.parser
        method = parser.get_method()
        self._passed_over = parser.should_upgrade() or method == b"CONNECT"
        if self._passed_over:
            return
        fed_bytes = self._head_bytes + self._piece_bytes
        if fed_bytes > MAX_HEAD_BYTES and size_bytes(self.url, self.headers) > MAX_HEAD_BYTES:
            return self._refuse_head()
        version, url = parser.get_http_version(), self.url
        if url[:1] == b"/" and b"#" not in url:
            raw_path, _, query = url.partition(b"?")
        else:  # a whole URL, or one with a fragment
            parsed = parse_url(url)
            raw_path, query = parsed.path or b"/", parsed.query or b""
        path = raw_path.decode("ascii")
        head = Head(
            method.decode("ascii"),
            raw_path,
            unquote(path) if "%" in path else path,
            query,
            version,
            self.headers,
            version != "1.0" and parser.should_keep_alive(),
        )
        self._open(head)

    def _open(self, head: Head, instead: Any = None) -> None:
        """Begins a request whose head was read; `instead` serves it in place of the app."""
        # After a request that ended the connection, nothing is served.
        if self.transport.is_closing() or (self._ignores_input and instead is None):
            self._passed_over = True
            return
        self._batch.write_now(self.transport)  # the reply to the earlier request may be there
        self._head = head
        existing = self.cycle
        pipelined = existing is not None and not existing.response_complete
        scope = self._scope.copy()
        scope["http_version"] = head.version
        scope["method"] = head.method
        scope["path"] = head.path
        scope["raw_path"] = head.raw_path
        scope["query_string"] = head.query
        scope["headers"] = head.headers
        scope["state"] = {}
        scope[HEAD] = head
        self.scope = scope  # type: ignore[assignment]
        cycle = self.cycle = RequestResponseCycle(
            self.scope,
            self.transport,
            self.flow,
            self.logger,
            self.access_logger,
            self.access_log,
            self.server_state.default_headers,
            asyncio.Event(),
            self.expect_100_continue,
            head.keep_alive,
            self.on_response_complete,
        )
        app = instead or self.app
        prompt = None if self._prompt is None or instead else self._prompt(scope)
        if pipelined:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))
        elif prompt is not None:
            self._unbegun = (cycle, prompt)
        else:
            self._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        if not self._passed_over:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._reading = False
        if self._passed_over:
            return
        self.cycle.more_body = False
        self.cycle.message_event.set()
        unbegun, self._unbegun = self._unbegun, None
        if unbegun is not None:
            self._begin(*unbegun)

    def _begin(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Serves a request here, as far as possible without waiting."""
        serving = cycle.run_asgi(app)
        try:
            awaited = serving.send(None)
        except StopIteration:
            return
        task = self.loop.create_task(resumed(serving, awaited))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def data_received(self, data: bytes) -> None:
        """Serves a whole request whose head is known; the parser reads everything else."""
        if self._ignores_input:
            return
        self._idle_since_s = None
        earlier, begun = self._head, self._begun
        # After a request that ends the connection, the parser must report.
        if self._reading or (earlier is not None and not earlier.keep_alive):
            return self._parse(data)
        raw, end, body = data.partition(END)
        known = self._head_cache.recognized(raw, body) if end else None
        if known is not None:
            return self._read_again(known, body)
        self._parse(data)
        head, one_came = self._head, self._begun == begun + 1 and not self._reading
        was_served = head is not earlier and not self._ignores_input
        if end and one_came and was_served and head is not None:
            self._head_cache.learn(raw, body, head)

    def _parse(self, data: bytes) -> None:
        """Serves what comes in pieces, for the first time, or several requests at once."""
        if self._reading_head:
            self._head_bytes += len(data)
        try:
            self._feed(data)
        except HttpParserError:
            return self._end_with(last_word(400, b"Invalid HTTP request received."))
        if self._unbegun is not None:  # its body is still to come
            unbegun, self._unbegun = self._unbegun, None
            self._start_asgi_task(*unbegun)
        if self._reading_head:
            self._head_is_unfinished()

    def _feed(self, data: bytes) -> None:
        """Has the parser read; it stops behind an offer to upgrade, and is given the head again
        without it. Raises HttpParserError.
        """
        while data and not self._ignores_input:
            self._piece_bytes = len(data)
            try:
                return self.parser.feed_data(data)
            except HttpParserUpgrade as stopped:
                if self.parser.get_method() == b"CONNECT":
                    return self._end_with(
                        last_word(400, b"CONNECT is not served: this is no proxy.")
                    )
                data = without_offer(self.parser, self.url, self.headers) + data[stopped.args[0] :]
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def _head_is_unfinished(self) -> None:
        """More of a head is still to come; its size and its time are limited."""
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._head_took_too_long)
            self._head_begun = self._begun
        if self._head_bytes > MAX_HEAD_BYTES or len(self.url) > MAX_HEAD_BYTES:
            self._refuse_head()

    def _head_took_too_long(self) -> None:
        self._head_timer = None
        if not self._reading_head or self.transport.is_closing():
            return
        if self._begun != self._head_begun:  # another request, which has its own time
            return self._head_is_unfinished()
        self._end_with(last_word(408, b"The head of the request did not come to an end."))

    def _refuse_head(self) -> None:
        """A head is too large: the refusal depends on its first line, and the connection ends."""
        self._reading_head = False
        self._passed_over = True
        # the parser reads to the end of a piece, even after the part that ended everything
        if self._ignores_input:
            return
        overlong = getattr(self.app, "overlong", None)
        if overlong is None or self.url[:1] != b"/":
            return self._end_with(last_word(431, b"The head of the request is too large."))
        path = self.url.partition(b"?")[0][:MAX_PATH_BYTES]
        method, text = self.parser.get_method().decode("ascii"), path.decode("latin-1")
        self._ignores_input = True
        self._open(Head(method, path, text, b"", "1.1", [], keep_alive=False), overlong)
        self.cycle.more_body = False
        self.cycle.transport = cast("asyncio.Transport", Lingering(self.transport, self.loop))

    def _end_with(self, reply: bytes) -> None:
        """Reads nothing more, and ends the connection with these bytes after the replies to come.

        If its end is already decided, nothing is sent after the last message.
        """
        if self._ignores_input:
            return
        self._ignores_input = True
        in_body = self._reading and not self._reading_head and not self._passed_over
        if in_body and self._forget_request():
            self._last_word = reply
        elif in_body or self.cycle is None or self.cycle.response_complete:
            self._say(reply)
        else:
            self._last_word = reply

    def _forget_request(self) -> bool:
        """Gives up a request whose body cannot be read.

        Returns whether other requests are answered before it.
        """
        if self._unbegun is not None:
            self._unbegun = None
        elif self.pipeline:
            self.pipeline.popleft()
            return True
        else:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        return False

    def _say(self, reply: bytes) -> None:
        self._batch.write_now(self.transport)
        if not self.transport.is_closing():
            # If a reply has begun, we can only end the connection.
            if (
                self.cycle is None
                or self.cycle.response_complete
                or not self.cycle.response_started
            ):
                self.transport.write(reply)
            self.transport.close()

    def _read_again(self, head: Head, body: bytes) -> None:
        """Makes the calls that the parser would make for a whole request with a known head."""
        self.on_message_begin()
        self._reading_head = self._passed_over = False
        self._open(head)
        if body:
            self.on_body(body)
        self.on_message_complete()

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        if self._last_word is not None:
            return self._say(self._last_word)
        self._idle_since_s = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Ends a connection that has been idle long enough; else looks again later."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        since_s, left_s = self._idle_since_s, float(self.timeout_keep_alive)
        if since_s is not None:
            left_s += since_s - self.loop.time()
            if left_s <= 0:
                return self.transport.close()
        self._look_again_in(left_s)

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )
