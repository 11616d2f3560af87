"""Replies as data: what to send, and what goes wrong. Only `web/player.py` performs them.

Times are virtual milliseconds, so that a jump of the clock wakes everything that waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from mockserver.domain.input.errors import REASON_CHARS, clipped
from mockserver.domain.job.plan import Plan, end_ms, running_ms, tick_times_ms

Header = tuple[bytes, bytes]
Headers = tuple[Header, ...]
Ending = Literal["complete", "close", "reset", "refuse", "hang"]

JSON_TYPE: tuple[bytes, bytes] = (b"content-type", b"application/json")
SSE_HEADERS: Headers = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
)

encode_json = msgspec.json.Encoder().encode


class MediaRef(Struct, frozen=True, gc=False):
    """A video of a job: its bytes from `start` up to `stop`, of `size_bytes` in all.

    A provider names the file that the video is made of, the job, and the video's number. The part
    that a request asks for is found before it is sent.
    """

    asset: str
    task_id: str
    index: int
    start: int = 0
    stop: int = 0
    size_bytes: int = 0

    @property
    def part_bytes(self) -> int:
        """How many bytes of the video are sent."""
        return self.stop - self.start


# When an event of a stream is due: when its job is taken, begins to run, reaches its next tick, or
# ends.
Moment = Literal["start", "running", "tick", "end"]


class Frame(Struct, frozen=True, gc=False):
    """Bytes of a stream, and the virtual time at which they are due.

    Frames that are due together are sent in one write, but `apart` keeps a frame in its own write.
    `kind` is a word of the provider, for faults that strike only one kind. `held_ms` is how long a
    fault holds the stream before this frame; `at_ms` includes it. Such a frame is always apart.
    """

    at_ms: int
    data: bytes
    apart: bool = False
    kind: str = ""
    held_ms: int = 0


class Stream(Struct, frozen=True, gc=False):
    """The events of a job that began at `start_ms`; `closing` comes after them, at `ends_ms`.

    All events begin with `opening`. `tails` has the rest of each event, `kinds` its kind (the last
    is the kind of `closing`, if there is one), and `moments` says when it is due. This holds the
    same as frames but costs much less: nearly every stream is sent undamaged, and many in one
    piece. `held_ms` is how long a job that never ends makes its client wait; `ends_ms` includes it.
    """

    plan: Plan
    start_ms: int
    ends_ms: int
    opening: bytes
    kinds: tuple[str, ...]
    moments: tuple[Moment, ...]
    tails: tuple[bytes, ...]
    closing: bytes
    held_ms: int = 0

    def whole(self) -> bytes:
        """The bytes of the whole stream."""
        return self.opening.join((b"", *self.tails)) + self.closing

    def frames(self) -> Iterator[Frame]:
        """The stream, event by event; each is made when it is asked for."""
        for at_ms, kind, tail in zip(self.due_ms(), self.kinds, self.tails, strict=False):
            yield Frame(at_ms, self.opening + tail, kind=kind)
        kind, held_ms = self.kinds[-1] if self.closing else "", self.held_ms
        yield Frame(self.ends_ms, self.closing, held_ms > 0, kind, held_ms)

    def due_ms(self) -> Iterator[int]:
        """When each event is due, and the closing if there is one."""
        ticks_ms: Iterator[int] | None = None
        for moment in self.moments:
            if moment == "tick":
                ticks_ms = ticks_ms or iter(tick_times_ms(self.plan))
                yield next(ticks_ms)
            elif moment == "running":
                yield running_ms(self.plan)
            else:
                yield self.start_ms if moment == "start" else self.ends_ms
        if self.closing:
            yield self.ends_ms

    def bytes_before(self, index: int) -> int:
        """How many bytes the first `count` events have."""
        return len(self.opening) * index + sum(map(len, self.tails[:index]))

    def size_bytes(self) -> int:
        """How many bytes the whole stream has."""
        return self.bytes_before(len(self.tails)) + len(self.closing)

    def says_as(self, other: Stream) -> bool:
        """Whether it has the same events as another stream, at any times."""
        return (
            self.opening == other.opening
            and self.tails == other.tails
            and self.closing == other.closing
        )

    def under(self, plan: Plan) -> Stream:
        """The same events at the times of another plan that differs only in times."""
        return Stream(
            plan,
            self.start_ms,
            end_ms(plan),
            self.opening,
            self.kinds,
            self.moments,
            self.tails,
            self.closing,
        )


NEXT_REQUEST = -1


class Effects(Struct, frozen=True, gc=False):
    """How a reply is sent, if not at once, whole and in order.

    `cut_after_bytes` counts the body; `cut_in_head_bytes` counts the status line and headers.
    `ending` is what happens at the cut, or after the body: close, a TCP reset, a reset after which
    the server refuses connections for `hang_ms` of real time, or nothing at all until the client
    gives up. A connection that stays open is closed when it has been idle for
    `idle_ms`, or as soon as its next request comes in (NEXT_REQUEST).
    """

    head_delay_ms: int = 0
    body_delay_ms: int = 0
    chunk_bytes: int = 0
    chunk_gap_ms: int = 0
    cut_in_head_bytes: int | None = None
    cut_after_bytes: int | None = None
    ending: Ending = "complete"
    hang_ms: int = 0  # how long the silence at the end lasts; 0: until the client gives up
    length_offset_bytes: int = 0  # Content-Length is wrong by this much
    chunking: str = ""  # the body comes in HTTP chunks, framed wrongly in this way
    garbage: bytes = b""  # sent in place of the head
    scrambled: bool = False  # every byte of a video is changed
    idle_ms: int | None = None

    @property
    def needs_transport(self) -> bool:
        """Whether plain ASGI cannot perform it; only Reelmock's own server gives access to its transport."""
        return not self.keeps or self.idle_ms is not None

    @property
    def keeps(self) -> bool:
        """Whether the connection stays open for the client's next request."""
        return self.ending == "complete" and self.length_offset_bytes == 0


PLAIN = Effects()


class Reply(Struct, frozen=True, gc=False):
    """One reply. `not_before_ms` is the virtual time before which its head is not sent."""

    status: int
    headers: Headers
    body: bytes | MediaRef | Stream | tuple[Frame, ...]
    not_before_ms: int = 0
    effects: Effects = PLAIN


def writes(frames: Iterable[Frame]) -> Iterator[tuple[int, int, bytes]]:
    """The writes of a stream: frames that are due together are one write, except frames that are apart.

    Each has the time when it is due, how long a fault holds it, and its bytes.
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


def leaves_at_once(reply: Reply) -> bool:
    """Whether it is sent whole, in one piece and without waiting."""
    return reply.effects is PLAIN and type(reply.body) is bytes and not reply.not_before_ms


def unfolded(reply: Reply) -> Reply:
    """The same reply with its stream as frames, so that faults can change each frame."""
    if not isinstance(reply.body, Stream):
        return reply
    return msgspec.structs.replace(reply, body=tuple(reply.body.frames()))


def json_reply(status: int, content: object, headers: Headers = ()) -> Reply:
    """A compact JSON body, keys in the order given."""
    return Reply(status, (JSON_TYPE, *headers), encode_json(content))


def header_text(text: str) -> bytes:
    """A text as a header value: one line of limited length, ASCII, everything else escaped."""
    return clipped(" ".join(text.split()), REASON_CHARS).encode("ascii", "backslashreplace")


def header_of(headers: Headers, name: bytes) -> bytes:
    """The first header of a name; empty if there is no such header."""
    return next((value for known, value in headers if known == name), b"")


def with_headers(reply: Reply, *headers: tuple[bytes, bytes]) -> Reply:
    """The same reply with more headers."""
    return msgspec.structs.replace(reply, headers=(*reply.headers, *headers))


def late(reply: Reply, span_ms: int) -> Reply:
    """The same reply, so much later in virtual time."""
    if span_ms <= 0:
        return reply
    effects = reply.effects
    delayed = msgspec.structs.replace(effects, head_delay_ms=effects.head_delay_ms + span_ms)
    return msgspec.structs.replace(reply, effects=delayed)


def reason_of(reply: Reply) -> str:
    """The value of `X-Mock-Reason`; empty if the reply does not have it."""
    return header_of(reply.headers, b"x-mock-reason").decode()
