"""Listening to a live stream: a creation first, then events until the terminal one."""

from __future__ import annotations

import logging

from clientlib._chat import ChatReader
from clientlib._codec import Asking, json_object
from clientlib._context import Context
from clientlib._errors import JobFailed, ProviderError, StreamInterrupted, TransportFailure
from clientlib._exchange import located, read_reply
from clientlib._images import loaded
from clientlib._models import Failure, Head, Order, Reply, Request, Snapshot, Status
from clientlib._retry import past_deadline
from clientlib._sse import EventDecoder, EventTooLong
from clientlib._steps import Close, Emit, Flow, Open, Read
from clientlib._submit import checked, once

log = logging.getLogger("clientlib")


def listen(context: Context, order: Order, n: int, deadline_s: float | None) -> Flow[None]:
    """Emit the stream's events. `StreamInterrupted` unless it ends with its terminal event and
    accounts for all `n` videos; `JobFailed` when it ends properly without any video."""
    checked(context, order)
    order = yield from loaded(order)
    asking = context.provider.stream(order, n)
    request = asking.request
    until_s = context.now() + (context.pace.deadline_s if deadline_s is None else deadline_s)
    opened = yield from once(context, request, lambda: _open(context, asking))
    hearing = _Hearing(request, n)
    if isinstance(opened, Reply):
        yield from hearing.take_completion(opened)
    else:
        yield from _follow(context, hearing, until_s)
    hearing.conclude()


def _open(context: Context, asking: Asking[None]) -> Flow[Head | Reply]:
    """The head of a running stream, or a whole completion where `stream` was not heeded."""
    head: Head = yield Open(asking.request, context.timeouts.stream_s)
    if head.status == 200 and head.content_type != "application/json":
        return head
    reply = yield from read_reply(context, head)
    try:
        asking.read(reply)
    except ProviderError as error:
        raise located(context, error, asking.request) from error.__cause__
    return reply


def _follow(context: Context, hearing: _Hearing, until_s: float) -> Flow[None]:
    decoder = EventDecoder()
    while not hearing.reader.finished:
        try:
            chunk: bytes | None = yield Read()
        except TransportFailure as failure:
            raise hearing.interrupted(f"The stream broke off: {failure.message}") from failure
        if chunk is None:
            half = ", within an event" if decoder.pending else ""
            raise hearing.interrupted(f"The stream ended without [DONE]{half}")
        if context.now() > until_s:
            late = past_deadline("The stream took too long", None, request=hearing.request)
            raise hearing.interrupted(late.message) from late
        try:
            heard = decoder.feed(chunk)
        except EventTooLong as error:
            raise hearing.interrupted(f"The stream cannot be read: {error}") from error
        for event in heard:
            yield from hearing.take(event.data)
    yield Close()


class _Hearing:
    """What has been heard of one stream."""

    def __init__(self, request: Request, n: int) -> None:
        self.request = request
        self.reader = ChatReader()
        self._n = n
        self._events: list[object] = []
        self._garbled = ""

    def take(self, data: str) -> Flow[None]:
        """Emit what one event tells."""
        if self.reader.finished:
            return  # whatever follows [DONE] is not for us
        try:
            told = list(self.reader.read(data))
        except ValueError as garbled:
            # It may have been anything. What counts is whether all videos are told of by the end.
            log.warning("an event of the stream cannot be read: %s", garbled)
            self._garbled = str(garbled)
            return
        for event in told:
            self._events.append(event)
            yield Emit(event)
        if self.reader.error:
            error = self.reader.error
            raise self.interrupted(error.message, code=error.code)

    def take_completion(self, reply: Reply) -> Flow[None]:
        """Emit what a whole completion tells."""
        for event in self.reader.read_completion(json_object(reply)):
            self._events.append(event)
            yield Emit(event)

    def conclude(self) -> None:
        """Judge a stream that ended as it should."""
        reader = self.reader
        failure = reader.failures[0] if reader.failures else None
        if failure is None and reader.finish_reason not in ("", "stop"):
            # Such as content_filter: OpenAI's words for an answer that was cut off on purpose.
            failure = Failure(reader.finish_reason, f"finished by {reader.finish_reason}")
        if failure and not reader.videos:
            snapshot = Snapshot(reader.stream_id, Status.FAILED, failure=failure)
            raise JobFailed(failure.message, snapshot, code=failure.code, request=self.request)
        heard = len(reader.videos) + len(reader.failures)
        if heard < self._n:
            garbled = f"; one event was {self._garbled}" if self._garbled else ""
            raise self.interrupted(f"The stream told of {heard} of {self._n} videos{garbled}")

    def interrupted(self, message: str, code: str | None = None) -> StreamInterrupted:
        """The error that carries everything heard so far."""
        return StreamInterrupted(
            message,
            code=code,
            request=self.request,
            events=tuple(self._events),
            videos=tuple(self.reader.videos),
            failures=tuple(self.reader.failures),
        )
