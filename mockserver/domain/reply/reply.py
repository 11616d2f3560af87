"""Replies as data: what to send, and how badly. Only `web/player.py` performs them.

Times are virtual milliseconds, so that a jump of the clock wakes whoever waits.
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
Ending = Literal["complete", "close", "reset", "hang"]

JSON_TYPE: tuple[bytes, bytes] = (b"content-type", b"application/json")
SSE_HEADERS: Headers = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
)

encode_json = msgspec.json.Encoder().encode


class MediaRef(Struct, frozen=True, gc=False):
    """A video of a job: its bytes from `start` up to `stop`, of `size_bytes` in all.

    Providers name the shipped asset that it is made of, the job and the video's number in it; which
    part of it a request asks for is found before it is sent.
    """

    asset: str
    task_id: str
    index: int
    start: int = 0
    stop: int = 0
    size_bytes: int = 0

    @property
    def part_bytes(self) -> int:
        """How many bytes of it are sent."""
        return self.stop - self.start


# When an event of a stream is due: as its job is taken, begins to run, at its next tick, as it ends.
Moment = Literal["start", "running", "tick", "end"]


class Frame(Struct, frozen=True, gc=False):
    """Bytes of a stream and the virtual time at which they are due.

    `apart` keeps a frame in a write of its own; frames due together otherwise leave in one. `kind`
    is a word of its provider's, for faults that strike one kind alone. `held_ms` is how long a fault lets
    the stream stand still before this frame, part of what `at_ms` says; such a frame stands apart.
    """

    at_ms: int
    data: bytes
    apart: bool = False
    kind: str = ""
    held_ms: int = 0


class Stream(Struct, frozen=True, gc=False):
    """The events of a job that began at `start_ms`, and `closing` behind them, at `ends_ms`.

    All begin with `opening`; `tails` says how each goes on, `kinds` what it is (that of `closing`
    comes last, where there is one) and `moments` when it is due. The same as frames, at a fraction
    of their cost: nearly every stream leaves undamaged, and many in one piece. `held_ms` is how long
    a job that never ends lets its client wait for nothing, part of what `ends_ms` says.
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
        """The stream event by event, each made when it is asked for."""
        for at_ms, kind, tail in zip(self.due_ms(), self.kinds, self.tails, strict=False):
            yield Frame(at_ms, self.opening + tail, kind=kind)
        kind, held_ms = self.kinds[-1] if self.closing else "", self.held_ms
        yield Frame(self.ends_ms, self.closing, held_ms > 0, kind, held_ms)

    def due_ms(self) -> Iterator[int]:
        """When each event is due, and the closing where there is one."""
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
        """How many bytes so many of its events have."""
        return len(self.opening) * index + sum(map(len, self.tails[:index]))

    def size_bytes(self) -> int:
        """How many bytes the whole stream has."""
        return self.bytes_before(len(self.tails)) + len(self.closing)

    def says_as(self, other: Stream) -> bool:
        """Whether it says the same as another, event by event, whenever that is."""
        return (
            self.opening == other.opening
            and self.tails == other.tails
            and self.closing == other.closing
        )

    def under(self, plan: Plan) -> Stream:
        """The same events at the times of a plan that differs in nothing else."""
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


class Effects(Struct, frozen=True, gc=False):
    """How a reply is performed where that differs from at once, whole and in order.

    `cut_after_bytes` counts the body; `cut_in_head_bytes` the status line and headers. `ending` is
    what happens at the cut, or after the body: close, a TCP reset, or nothing at all until the
    client gives up. A connection that is kept is closed once it has been idle for `idle_ms`.
    """

    head_delay_ms: int = 0
    body_delay_ms: int = 0
    chunk_bytes: int = 0
    chunk_gap_ms: int = 0
    cut_in_head_bytes: int | None = None
    cut_after_bytes: int | None = None
    ending: Ending = "complete"
    hang_ms: int = 0  # how long an ending in silence lasts; 0: until the client gives up
    length_offset_bytes: int = 0  # Content-Length lies by this much
    scrambled: bool = False  # every byte of a video is another
    idle_ms: int | None = None

    @property
    def needs_transport(self) -> bool:
        """Whether ASGI alone cannot perform it: only Reelmock's own server hands its transport out."""
        return not self.keeps or self.idle_ms is not None

    @property
    def keeps(self) -> bool:
        """Whether the connection is left open for the client's next request."""
        return self.ending == "complete" and self.length_offset_bytes == 0


PLAIN = Effects()


class Reply(Struct, frozen=True, gc=False):
    """One reply. `not_before_ms` is the virtual time at which its head may leave."""

    status: int
    headers: Headers
    body: bytes | MediaRef | Stream | tuple[Frame, ...]
    not_before_ms: int = 0
    effects: Effects = PLAIN


def writes(frames: Iterable[Frame]) -> Iterator[tuple[int, int, bytes]]:
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


def leaves_at_once(reply: Reply) -> bool:
    """Whether it leaves whole, in one piece and without waiting."""
    return reply.effects is PLAIN and type(reply.body) is bytes and not reply.not_before_ms


def unfolded(reply: Reply) -> Reply:
    """The same reply with a stream as frames, which can be changed one by one."""
    if not isinstance(reply.body, Stream):
        return reply
    return msgspec.structs.replace(reply, body=tuple(reply.body.frames()))


def json_reply(status: int, content: object, headers: Headers = ()) -> Reply:
    """A compact JSON body, keys in the order given."""
    return Reply(status, (JSON_TYPE, *headers), encode_json(content))


def header_text(text: str) -> bytes:
    """A text as a header value: one line of bounded length, ASCII, everything else escaped."""
    return clipped(" ".join(text.split()), REASON_CHARS).encode("ascii", "backslashreplace")


def with_headers(reply: Reply, *headers: tuple[bytes, bytes]) -> Reply:
    """The same reply with further headers."""
    return msgspec.structs.replace(reply, headers=(*reply.headers, *headers))


def reason_of(reply: Reply) -> str:
    """What `X-Mock-Reason` says; empty where there is none."""
    return next((v.decode() for k, v in reply.headers if k == b"x-mock-reason"), "")
