"""Performs replies: only this module turns `Reply` and `Effects` into bytes on a connection.

It waits *until* virtual times, never *for* seconds, so that a jump of the clock wakes every stream
at once. It also watches `receive`, because uvicorn's `send` does not say that the client has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from mockserver.domain.reply.difference import CHUNK_BYTES, framed, size_bytes
from mockserver.domain.reply.performed import MOST_PIECES, Performed
from mockserver.domain.reply.reply import (
    NEXT_REQUEST,
    PLAIN,
    Frame,
    Header,
    MediaRef,
    Reply,
    Stream,
    writes,
)
from mockserver.media.assets import catalogue
from mockserver.media.own import own_video
from mockserver.web.endings import refusing, reset, write_through
from mockserver.web.protocol import ANSWER, TRANSPORT, WATCH_IDLE, AnswerAtOnce

if TYPE_CHECKING:
    from mockserver.engine.reports import Report
    from mockserver.engine.sandboxes import Sandboxes

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Headers = Sequence[Header]

# for a damaged reply: at most this many more bytes are written than are reported
PIECE_BYTES = 8192
_SCRAMBLED = bytes(byte ^ 0x5A for byte in range(256))


class _Gone(Exception):
    """The client has left, or the reply ends here on purpose."""


def sent_at_once(scope: Scope, reply: Reply, whole: bytes, extra: Headers) -> bool:
    """Writes a reply with its whole body in one piece, if the server can: the hot path."""
    answer: AnswerAtOnce | None = scope.get(ANSWER)
    headers = (*reply.headers, *extra) if extra else reply.headers
    chunked = type(reply.body) is Stream
    return answer is not None and answer(scope, reply.status, headers, whole, chunked)


async def send_plain(scope: Scope, send: Send, reply: Reply, extra: Headers) -> None:
    """Sends a reply that is whole and due at once."""
    body = reply.body
    assert isinstance(body, bytes), "a plain reply has its body with it"
    if not sent_at_once(scope, reply, body, extra):
        headers = [*framed(reply), *extra]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def whole_now(reply: Reply, now_ms: int) -> bytes | None:
    """The body of a reply that no fault has changed, if all of it is already due."""
    body = reply.body
    if reply.effects is not PLAIN:
        return None
    if type(body) is bytes:
        return None if reply.not_before_ms else body
    if type(body) is Stream and body.closing and body.ends_ms <= now_ms:
        return body.whole()
    return None


class Player:
    """Performs replies that take time, stream, send media or go wrong."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self.streams_open = 0

    async def play(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        sandbox_id: str,
        reply: Reply,
        extra: Headers,
        report: Report,
    ) -> Performed:
        """Performs one reply to its end, or until the client leaves."""
        act = _Act(self._sandboxes, sandbox_id, scope, send, report, reply)
        watch = asyncio.get_running_loop().create_task(_watch(receive, act))
        self.streams_open += 1
        try:
            await act.perform(extra)
        except _Gone:
            pass
        finally:
            report.ending = True
            self.streams_open -= 1
            watch.cancel()
        return act.report()

    async def closed_idle(
        self, scope: Scope, sandbox_id: str, idle_ms: int, report: Report, reply_report: Report
    ) -> bool:
        """Closes a connection when it has been idle for a span; False if it is used or ends before that."""
        if idle_ms == NEXT_REQUEST:
            await report.waiter.rest(None)
            return reply_report.closed_used
        waiter = report.waiter
        await waiter.rest(0)  # the rest of the request is read meanwhile
        passed = await self._sandboxes.after(sandbox_id, idle_ms, waiter, held=False)
        if not passed or waiter.gone:
            return False
        report.ending = True
        scope[TRANSPORT].close()
        return True


async def _watch(receive: Receive, act: _Act) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    act.client_gone()


class _Act:
    """Performs one reply."""

    def __init__(
        self,
        sandboxes: Sandboxes,
        sandbox_id: str,
        scope: Scope,
        send: Send,
        report: Report,
        reply: Reply,
    ) -> None:
        self._sandboxes = sandboxes
        self._sandbox_id = sandbox_id
        self._scope = scope
        self._send = send
        self._waiter = report.waiter
        self._idle = report.idle
        self._report = report
        self._reply = reply
        self._effects = reply.effects
        self._damaged = reply.effects is not PLAIN
        self._left_bytes: int | None = None
        self._gone = False  # the client left before we closed the connection
        self._closed = False
        self._started = False
        self._status = 0
        self._sent_bytes = 0
        self._due_bytes = -1
        self._chunks = 0
        self._pieces: list[tuple[int, int]] = []
        self._ended = False
        self._whole = False

    def client_gone(self) -> None:
        """The client has left, or it learns that we have closed."""
        self._gone = not self._closed
        self._waiter.give_up()

    def report(self) -> Performed:
        """How far the reply was sent."""
        return Performed(
            self._sent_bytes,
            self._gone and not self._whole,
            self._whole,
            self._started,
            self._status,
            self._due_bytes,
            self._chunks,
            self._ended,
            self._waiter.outlasted,
            tuple(self._pieces),
        )

    async def perform(self, extra: Headers) -> None:
        reply, effects = self._reply, self._effects
        if reply.not_before_ms:
            await self._until(reply.not_before_ms)
        self._started = not self._left()
        await self._pause(effects.head_delay_ms)
        headers, body = self._content()
        headers += extra
        if effects.cut_in_head_bytes is not None:
            await self._cut_in_head(reply.status, headers)
        if self._damaged:
            self._write_through()
        await self._send(
            {"type": "http.response.start", "status": reply.status, "headers": headers}
        )
        await self._flush()
        self._status, self._due_bytes = reply.status, 0
        await self._pause(effects.body_delay_ms)
        if isinstance(body, bytes):
            await self._send_whole(body)
        else:
            await self._stream(body)
        cut_elsewhere = self._scope["method"] == "HEAD" and effects.cut_after_bytes is not None
        if (effects.ending != "complete" or effects.length_offset_bytes) and not cut_elsewhere:
            await self._end()
        if self._left():
            raise _Gone
        if effects.idle_ms is not None:
            at_next = effects.idle_ms == NEXT_REQUEST
            self._scope[WATCH_IDLE](self._close_used if at_next else self._idle.give_up)
        # From here on, the server closes a connection that is not kept open.
        self._ended = self._whole = self._closed = True
        await self._send({"type": "http.response.body", "body": b""})

    def _close_used(self) -> None:
        """The next request comes in, or the connection has ended: such a request is not served."""
        transport = self._transport()
        if self._whole and not transport.is_closing():
            self._report.closed_used = True
            transport.close()
        self._idle.give_up()

    def _content(self) -> tuple[list[Header], bytes | Iterable[Frame]]:
        """Sends headers and body. We set the length, except for a stream."""
        reply, body = self._reply, self._reply.body
        self._left_bytes = self._effects.cut_after_bytes
        headers = list(framed(reply))
        if isinstance(body, Stream):
            return headers, body.frames()
        return headers, self._video(body) if isinstance(body, MediaRef) else body

    def _video(self, part: MediaRef) -> bytes:
        video = own_video(catalogue()[part.asset], part.task_id, part.index)
        content = video.read(part.start, part.stop)
        return content.translate(_SCRAMBLED) if self._effects.scrambled else content

    async def _send_whole(self, body: bytes) -> None:
        size = self._effects.chunk_bytes or CHUNK_BYTES
        if self._scope["method"] == "HEAD":
            return
        for start in range(0, len(body), size):
            if start:
                await self._gap()
            await self._write(body[start : start + size])

    async def _stream(self, frames: Iterable[Frame]) -> None:
        for at_ms, held_ms, data in writes(frames):
            if held_ms:
                await self._until(at_ms - held_ms)
                self._due_bytes = self._sent_bytes
                await self._pause(held_ms)
            await self._until(at_ms)
            self._due_bytes = self._sent_bytes
            size = self._effects.chunk_bytes or len(data) or 1
            for start in range(0, len(data), size):
                if start:
                    await self._gap()
                await self._write(data[start : start + size])

    async def _gap(self) -> None:
        self._due_bytes = self._sent_bytes
        await self._pause(self._effects.chunk_gap_ms)

    async def _write(self, data: bytes) -> None:
        if self._left_bytes is not None:
            data, self._left_bytes = data[: self._left_bytes], max(0, self._left_bytes - len(data))
        step = PIECE_BYTES if self._damaged else CHUNK_BYTES
        whole = self._effects.length_offset_bytes or not isinstance(
            self._reply.body, bytes | MediaRef
        )
        for start in range(0, len(data), len(data) if whole else step):
            await self._put(data[start : start + (len(data) if whole else step)])
        self._count(data)
        if self._left_bytes == 0:
            await self._end()

    def _count(self, data: bytes) -> None:
        """Counts a piece of the body that has left; of a stream the moment is kept too."""
        self._chunks += bool(data)
        is_kept = data and len(self._pieces) < MOST_PIECES
        if is_kept and isinstance(self._reply.body, Stream | tuple):
            self._pieces.append((self._waiter.reached_ms, self._sent_bytes))

    async def _put(self, piece: bytes) -> None:
        """Gives bytes to the connection; they count when the system has taken them."""
        if self._left():
            raise _Gone
        if self._effects.length_offset_bytes:
            self._transport().write(piece)  # uvicorn would not allow a wrong length
        elif self._effects.chunking:
            self._transport().write(self._misframed(piece))
        else:
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._flush()
        self._sent_bytes += len(piece)

    def _misframed(self, piece: bytes) -> bytes:
        """A chunk; the last of the body is framed as wrongly as the effects say."""
        if self._sent_bytes + len(piece) < size_bytes(self._reply):
            return b"%x\r\n%b\r\n" % (len(piece), piece)
        size = {
            "bad_size": b"size",
            "too_long": b"%x" % (len(piece) + 16),
            "too_short": b"%x" % (len(piece) - 1),
        }.get(self._effects.chunking, b"%x" % len(piece))
        end = b"" if self._effects.chunking == "no_end" else b"0\r\n\r\n"
        return b"%b\r\n%b\r\n%b" % (size, piece, end)

    def _write_through(self) -> None:
        """From here on, little is kept in buffers, so that it shows in time when the client leaves."""
        transport = self._scope.get(TRANSPORT)
        if transport is not None:
            write_through(transport)

    async def _flush(self) -> None:
        """Waits until all written bytes of a damaged reply have been sent."""
        if self._damaged:
            await self._send({"type": "http.response.body", "body": b"", "more_body": True})
            if self._left():
                raise _Gone

    def _left(self) -> bool:
        """Whether the client has gone; the loop may not have told us yet."""
        transport: Any = self._scope.get(TRANSPORT)
        if transport is not None and transport.is_closing():
            self._gone = not self._closed
            return True
        return self._waiter.gone

    async def _cut_in_head(self, status: int, headers: Headers) -> None:
        lines = [b"HTTP/1.1 %d Cut" % status, *(k + b": " + v for k, v in headers)]
        head = self._effects.garbage or b"\r\n".join(lines) + b"\r\n\r\n"
        self._transport().write(head[: self._effects.cut_in_head_bytes])
        await self._end()

    async def _end(self) -> None:
        """Ends the connection as the effects say, and waits until it has ended."""
        if self._left():
            raise _Gone
        self._ended, ending = True, self._effects.ending
        if ending == "hang":
            await self._pause(self._effects.hang_ms or None)
            self._close(self._transport().close)
        elif ending in ("reset", "refuse"):
            refuse_for = refusing(self._transport()) if ending == "refuse" else None
            if refuse_for is not None:
                refuse_for(self._effects.hang_ms / 1000)
            self._close(partial(reset, self._transport()))
        else:
            self._close(self._transport().close)
        await self._sandboxes.gone(self._sandbox_id, self._waiter)
        raise _Gone

    def _close(self, close: Callable[[], None]) -> None:
        self._closed = True
        close()

    def _transport(self) -> Any:
        return self._scope[TRANSPORT]

    async def _until(self, at_ms: int) -> None:
        if not await self._sandboxes.until(self._sandbox_id, at_ms, self._waiter):
            await self._hang_up()

    async def _pause(self, span_ms: int | None) -> None:
        """Waits as long as a fault wants; None: without end."""
        if span_ms != 0 and not await self._sandboxes.after(
            self._sandbox_id, span_ms, self._waiter
        ):
            await self._hang_up()

    async def _hang_up(self) -> None:
        """The wait ended early: the client, the sandbox or its patience has gone, or the server stops."""
        transport = self._scope.get(TRANSPORT)
        if transport is not None and not transport.is_closing():
            self._closed = not self._gone
            transport.close()
            await self._sandboxes.gone(self._sandbox_id, self._waiter)
        raise _Gone
