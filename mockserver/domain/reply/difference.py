"""Where a reply first differs from another one when it is sent, and whether it was sent that far.

Two replies are compared in the order in which a client sees them: the moment of the head, a
connection that ends in it, status, headers. Then the body, piece by piece: when a piece comes, its
bytes, its end. Then the end of the connection, and what happens to a connection that stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

from msgspec import Struct

from mockserver.domain.reply.performed import Performed
from mockserver.domain.reply.reply import PLAIN, Header, MediaRef, Reply, Stream, writes

CHUNK_BYTES = 65_536  # of a body that no fault splits
NO_CONTENT = 204
What = Literal["moment", "status", "header", "byte", "chunk", "end", "idle", "later"]


class Place(Struct, frozen=True, gc=False):
    """The first place at which a reply differs.

    `idle`: what happens to the connection afterwards differs. `later`: something is sent at another
    time. `at_bytes` is the number of body bytes before the place; None if the place is in the head
    or before it. `at_ms` is the virtual time at which the other reply would have gone on, for a
    moment.
    """

    what: What
    at_bytes: int | None = None
    at_ms: int = 0


def reached(place: Place, done: Performed, now_ms: int) -> bool:
    """Whether a reply that ended at a virtual time was sent as far as a place."""
    at = place.at_bytes or 0
    match place.what:
        case "moment" if place.at_bytes is None:
            return done.started
        case "moment":
            waited = done.sent_bytes >= at and done.due_bytes >= 0
            return done.due_bytes >= at or (waited and now_ms >= place.at_ms)
        case "status" | "header":
            return done.status != 0
        case "end":
            return done.ended and done.sent_bytes >= at
        case "chunk":
            return done.due_bytes >= at or done.sent_bytes > at
        case "byte":
            return done.sent_bytes > at
        case "idle" | "later":
            return False


def piece_at(place: Place, done: Performed) -> int | None:
    """Which piece of a stream showed a place that was reached: counted from 1, and one more than there
    are where no more came. None for any other place, and behind the pieces that are kept.
    """
    if place.at_bytes is None or not done.pieces:
        return None
    for number, (_, sent_bytes) in enumerate(done.pieces, 1):
        if sent_bytes > place.at_bytes:
            return number
    return done.chunks + 1 if len(done.pieces) == done.chunks else None


def first_difference(
    plain: Reply, faulty: Reply, now_ms: int, *, bodiless: bool = False
) -> Place | None:
    """The first place at which `faulty` differs, if it is sent from `now_ms` on; None if there is none.

    `bodiless`: the request gets no body (HEAD).
    """
    usual_ms, late_ms = _head_ms(plain, now_ms), _head_ms(faulty, now_ms)
    if usual_ms != late_ms:
        return Place("moment", at_ms=usual_ms)
    in_head = _head_end(faulty)
    if in_head != _head_end(plain):
        return Place("end")
    if in_head is not None:
        return None
    if plain.status != faulty.status:
        return Place("status")
    if framed(plain) != framed(faulty):
        return Place("header")
    found = None if bodiless else _in_body(plain, faulty, usual_ms)
    if found is None and not bodiless and _end(plain) != _end(faulty):
        found = Place("end", size_bytes(faulty))
    if found is None and _idle_ms(plain) != _idle_ms(faulty):
        found = Place("idle")
    return found


def framed(reply: Reply) -> tuple[Header, ...]:
    """The headers of a reply, together with those that give its length."""
    body, effects = reply.body, reply.effects
    if isinstance(body, Stream | tuple):
        return reply.headers
    if reply.status == NO_CONTENT:
        return reply.headers  # RFC 9110, 8.6: such a reply tells no length
    if effects.chunking:
        return (*reply.headers, (b"transfer-encoding", b"chunked"))
    length = len(body) if isinstance(body, bytes) else body.part_bytes
    promised = max(0, length + effects.length_offset_bytes)
    found = (*reply.headers, (b"content-length", b"%d" % promised))
    cut = effects.cut_after_bytes
    beyond = cut is None or cut >= length
    if effects.length_offset_bytes or (effects.ending != "complete" and beyond):
        # The client must take the reply for whole, but must not send its next request after it.
        found = (*found, (b"connection", b"close"))
    return found


def size_bytes(reply: Reply) -> int:
    """How many bytes of the body are sent."""
    body = reply.body
    if isinstance(body, Stream):
        whole = body.size_bytes()
    elif isinstance(body, tuple):
        whole = sum(len(frame.data) for frame in body)
    else:
        whole = len(body) if isinstance(body, bytes) else body.part_bytes
    cut = reply.effects.cut_after_bytes
    return whole if cut is None else min(cut, whole)


def _head_ms(reply: Reply, now_ms: int) -> int:
    return max(now_ms, reply.not_before_ms) + reply.effects.head_delay_ms


def _head_end(reply: Reply) -> tuple[object, ...] | None:
    effects = reply.effects
    if effects.cut_in_head_bytes is None:
        return None
    return effects.cut_in_head_bytes, effects.garbage, effects.ending, effects.hang_ms


def _end(reply: Reply) -> tuple[object, ...]:
    return reply.effects.ending, reply.effects.hang_ms, reply.effects.chunking


def _idle_ms(reply: Reply) -> int | None:
    return reply.effects.idle_ms if reply.effects.keeps else None


def _in_body(plain: Reply, faulty: Reply, head_ms: int) -> Place | None:
    """The first difference in what is sent after the head, or in its time."""
    if plain.effects is PLAIN and faulty.effects is PLAIN:
        whole, changed = plain.body, faulty.body
        if type(whole) is Stream and type(changed) is Stream and whole.says_as(changed):
            return _in_times(whole, changed, head_ms)
    content = _content_differs(plain, faulty)
    at = 0
    for usual, other in zip_longest(_pieces(plain, head_ms), _pieces(faulty, head_ms)):
        if other is None:  # this body ends here, and the other does not
            return Place("end", at)
        if usual is None:
            return Place("byte", at)
        if usual[0] != other[0]:
            return Place("moment", at, usual[0])
        shorter = min(usual[1], other[1])
        if content is not None and content < at + shorter:
            return Place("byte", content)
        if usual[1] != other[1]:
            ends = at + shorter == size_bytes(faulty)
            return Place("end" if ends else "chunk", at + shorter)
        at += shorter
    return None


def _in_times(plain: Stream, faulty: Stream, head_ms: int) -> Place | None:
    """The first difference of two streams with the same content.

    They may differ in time, or in how they are split into writes.
    """
    at_ms = head_ms
    usual_ms = other_ms = None  # when the last bytes that were sent were due
    for index, (due_ms, changed_ms) in enumerate(zip(plain.due_ms(), faulty.due_ms(), strict=True)):
        joins = due_ms == usual_ms  # is sent in the same write as the bytes before it
        if joins != (changed_ms == other_ms):
            return Place("chunk", plain.bytes_before(index))
        if not joins:
            usual_ms, other_ms = due_ms, changed_ms
            late_ms, at_ms = max(at_ms, changed_ms), max(at_ms, due_ms)
            if late_ms != at_ms:
                return Place("moment", plain.bytes_before(index), at_ms)
    return None


def _pieces(reply: Reply, head_ms: int) -> Iterator[tuple[int, int]]:
    """When each piece of the body is sent, and how many bytes it has."""
    effects, body = reply.effects, reply.body
    at_ms, left = head_ms + effects.body_delay_ms, size_bytes(reply)
    if isinstance(body, bytes | MediaRef):
        parts: Iterator[tuple[int, int]] = iter([(at_ms, left)])
    else:
        frames = body.frames() if isinstance(body, Stream) else body
        parts = ((due_ms, len(data)) for due_ms, _, data in writes(frames))
    usual = CHUNK_BYTES if isinstance(body, bytes | MediaRef) else None
    for due_ms, size in parts:
        at_ms, most = max(at_ms, due_ms), effects.chunk_bytes or usual or size
        for start in range(0, size, max(1, most)):
            if start:
                at_ms += effects.chunk_gap_ms
            piece = min(most, size - start, left)
            if piece:
                yield at_ms, piece
            left -= piece


def _content_differs(plain: Reply, faulty: Reply) -> int | None:
    """The first byte that differs; None if one body is the beginning of the other."""
    one, other = _content(plain), _content(faulty)
    if isinstance(one, bytes) and isinstance(other, bytes):
        both = min(len(one), len(other))
        if one[:both] == other[:both]:
            return None
        return next(i for i in range(both) if one[i] != other[i])
    return None if one == other else 0


def _content(reply: Reply) -> bytes | tuple[object, ...]:
    body = reply.body
    if isinstance(body, bytes):
        return body
    if isinstance(body, Stream):
        return body.whole()
    if isinstance(body, tuple):
        return b"".join([frame.data for frame in body])
    return body.asset, body.task_id, body.index, body.start, reply.effects.scrambled
