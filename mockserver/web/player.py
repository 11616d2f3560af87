"""Performs replies: the only place that turns `Reply` and `Effects` into bytes on a connection.

It waits *until* virtual times, never *for* seconds, so that a jump of the clock wakes every
stream at once; and it watches `receive`, because uvicorn's `send` says nothing when the client
has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.domain.reply import PLAIN, Frame, MediaRef, Reply, Stream
from mockserver.engine.bell import Patience
from mockserver.media.assets import catalogue
from mockserver.media.own import own_video
from mockserver.web.endings import reset
from mockserver.web.protocol import ANSWER, TRANSPORT, Answer

if TYPE_CHECKING:
    from mockserver.engine.sandboxes import Sandboxes

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Header = tuple[bytes, bytes]
Headers = Sequence[Header]

CHUNK_BYTES = 65_536
_SCRAMBLED = bytes(byte ^ 0x5A for byte in range(256))


class Performed(Struct, frozen=True, gc=False):
    """What came of a reply: body bytes sent, whether the client left before the end, and whether
    all that the reply holds was sent, to an orderly end."""

    sent_bytes: int
    gone: bool = False
    whole: bool = True


class _Gone(Exception):
    """The client has left, or the reply ends here on purpose."""


def sent_at_once(scope: Scope, reply: Reply, whole: bytes, extra: Headers) -> bool:
    """Writes a reply with its whole body in one piece, where the server can: the hot path."""
    answer: Answer | None = scope.get(ANSWER)
    headers = (*reply.headers, *extra) if extra else reply.headers
    chunked = type(reply.body) is Stream
    return answer is not None and answer(scope, reply.status, headers, whole, chunked)


async def send_plain(scope: Scope, send: Send, reply: Reply, extra: Headers) -> None:
    """A reply that is whole and due at once."""
    body = reply.body
    assert isinstance(body, bytes), "a plain reply has its body with it"
    if not sent_at_once(scope, reply, body, extra):
        headers = [*reply.headers, (b"content-length", b"%d" % len(body)), *extra]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def whole_now(reply: Reply, now_ms: int) -> bytes | None:
    """The body of a reply that no fault has touched, where all of it is due already."""
    body = reply.body
    if reply.effects is not PLAIN:
        return None
    if type(body) is bytes:
        return None if reply.not_before_ms else body
    if type(body) is Stream and body.closing and body.ends_ms <= now_ms:
        return body.whole()
    return None


def is_plain(reply: Reply) -> bool:
    """Whether `send_plain` may perform it."""
    return reply.effects is PLAIN and type(reply.body) is bytes and not reply.not_before_ms


class Player:
    """Performs replies that take time, stream, send media or misbehave."""

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
    ) -> Performed:
        """Performs one reply to its end, or until the client leaves."""
        patience = Patience()
        watch = asyncio.get_running_loop().create_task(_watch(receive, patience))
        act = _Act(self._sandboxes, sandbox_id, scope, send, patience, reply)
        self.streams_open += 1
        try:
            await act.perform(extra)
        except _Gone:
            pass
        finally:
            self.streams_open -= 1
            watch.cancel()
        return Performed(act.sent_bytes, patience.gone and not act.ended, act.whole)


async def _watch(receive: Receive, patience: Patience) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    patience.give_up()


class _Act:
    """The performance of one reply."""

    def __init__(
        self,
        sandboxes: Sandboxes,
        sandbox_id: str,
        scope: Scope,
        send: Send,
        patience: Patience,
        reply: Reply,
    ) -> None:
        self._sandboxes = sandboxes
        self._sandbox_id = sandbox_id
        self._scope = scope
        self._send = send
        self._patience = patience
        self._reply = reply
        self._effects = reply.effects
        self._left_bytes: int | None = None
        self.sent_bytes = 0
        self.ended = False
        self.whole = False

    async def perform(self, extra: Headers) -> None:
        reply, effects = self._reply, self._effects
        if reply.not_before_ms:
            await self._until(reply.not_before_ms)
        await self._pause(effects.head_delay_ms)
        status, headers, body = self._content()
        headers += extra
        if effects.cut_in_head_bytes is not None:
            await self._cut_in_head(status, headers)
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._pause(effects.body_delay_ms)
        if isinstance(body, bytes):
            await self._whole(body)
        else:
            await self._stream(body)
        if effects.ending != "complete" or effects.length_offset_bytes:
            await self._end()
        await self._send({"type": "http.response.body", "body": b""})
        self.ended = self.whole = True

    def _content(self) -> tuple[int, list[Header], bytes | Iterable[Frame]]:
        """Status, headers and body."""
        reply = self._reply
        status, headers, body = reply.status, list(reply.headers), reply.body
        if isinstance(body, Stream):
            return status, headers, body.frames()
        if isinstance(body, tuple):
            return status, headers, body
        if isinstance(body, MediaRef):
            body = self._video(body)
        length = len(body)
        cut = self._effects.cut_after_bytes
        self._left_bytes = cut
        headers.append(
            (b"content-length", b"%d" % max(0, length + self._effects.length_offset_bytes))
        )
        beyond = cut is None or cut >= length
        if self._effects.length_offset_bytes or (self._effects.ending != "complete" and beyond):
            # The client takes the reply for whole: it must not send its next request after it.
            headers.append((b"connection", b"close"))
        return status, headers, body

    def _video(self, part: MediaRef) -> bytes:
        video = own_video(catalogue()[part.asset], part.task_id, part.index)
        content = video.read(part.start, part.stop)
        return content.translate(_SCRAMBLED) if self._effects.scrambled else content

    async def _whole(self, body: bytes) -> None:
        size = self._effects.chunk_bytes or CHUNK_BYTES
        if self._scope["method"] == "HEAD":
            return
        for start in range(0, len(body), size):
            if start:
                await self._pause(self._effects.chunk_gap_ms)
            await self._write(body[start : start + size])

    async def _stream(self, frames: Iterable[Frame]) -> None:
        self._left_bytes = self._effects.cut_after_bytes
        for at_ms, held_ms, data in _writes(frames):
            if held_ms:
                await self._until(at_ms - held_ms)
                await self._pause(held_ms)
            await self._until(at_ms)
            size = self._effects.chunk_bytes or len(data) or 1
            for start in range(0, len(data), size):
                if start:
                    await self._pause(self._effects.chunk_gap_ms)
                await self._write(data[start : start + size])

    async def _write(self, data: bytes) -> None:
        if self._patience.gone:
            raise _Gone
        if self._left_bytes is not None:
            data, self._left_bytes = data[: self._left_bytes], max(0, self._left_bytes - len(data))
        if self._effects.length_offset_bytes:
            self._transport().write(data)  # uvicorn would not let the length lie
        elif data:
            await self._send({"type": "http.response.body", "body": data, "more_body": True})
        self.sent_bytes += len(data)
        if self._left_bytes == 0:
            await self._end()

    async def _cut_in_head(self, status: int, headers: Headers) -> None:
        lines = [b"HTTP/1.1 %d Cut" % status, *(k + b": " + v for k, v in headers)]
        head = b"\r\n".join(lines) + b"\r\n\r\n"
        self._transport().write(head[: self._effects.cut_in_head_bytes])
        await self._end()

    async def _end(self) -> None:
        """Ends the connection as the effects say, and waits for it to be gone."""
        ending = self._effects.ending
        if ending == "reset":
            reset(self._transport())
        elif ending != "hang":
            self._transport().close()
        if ending == "hang":
            await self._pause(self._effects.hang_ms or None)
            self._transport().close()
        await self._sandboxes.gone(self._sandbox_id, self._patience)
        self.ended = ending != "hang"
        raise _Gone

    def _transport(self) -> Any:
        return self._scope[TRANSPORT]

    async def _until(self, at_ms: int) -> None:
        if not await self._sandboxes.until(self._sandbox_id, at_ms, self._patience):
            await self._hang_up()

    async def _pause(self, span_ms: int | None) -> None:
        """Waits as a fault wants it; None: without end."""
        if span_ms != 0 and not await self._sandboxes.after(
            self._sandbox_id, span_ms, self._patience
        ):
            await self._hang_up()

    async def _hang_up(self) -> None:
        """The wait ended early: the client, the sandbox or its patience has gone, or the server stops."""
        transport = self._scope.get(TRANSPORT)
        if transport is not None:
            transport.close()
            await self._sandboxes.gone(self._sandbox_id, self._patience)
        raise _Gone


def _writes(frames: Iterable[Frame]) -> Iterator[tuple[int, int, bytes]]:
    """Frames that are due together leave in one write, unless one stands apart.

    When each is due, how much of that a fault holds it, and its bytes.
    """
    pending: list[bytes] = []
    due_ms = 0
    for frame in frames:
        if pending and (frame.at_ms != due_ms or frame.apart):
            yield due_ms, 0, b"".join(pending)
            pending = []
        due_ms = frame.at_ms
        pending.append(frame.data)
        if frame.apart:
            yield due_ms, frame.held_ms, b"".join(pending)
            pending = []
    if pending:
        yield due_ms, 0, b"".join(pending)
