"""How far a reply was sent: the report of the player, or of the sender of callbacks."""

from __future__ import annotations

from msgspec import Struct

MOST_PIECES = 200


class Performed(Struct, frozen=True, gc=False, omit_defaults=True):
    """What was sent of a reply, and how it ended. Byte counts are for the body.

    `started`: the moment at which its head was due came while the client was still there. `status`
    is 0 if the head was not sent whole. `due_bytes`: up to here the body was sent, and the next
    bytes were due at the usual pace; -1 before the head. `ended`: it came to its own end, properly
    or on purpose. `gone`: the client left before that. `whole`: all of the reply was sent, up to a
    proper end. `outlasted`: a fault held it until the sandbox's patience ended, and the client was
    still waiting. `pieces` of a stream: the virtual time at which each left, and how many bytes of
    the body were sent with it; of more than MOST_PIECES only the first.
    """

    sent_bytes: int
    gone: bool = False
    whole: bool = True
    started: bool = True
    status: int = 0
    due_bytes: int = -1
    chunks: int = 0
    ended: bool = True
    outlasted: bool = False
    pieces: tuple[tuple[int, int], ...] = ()


NOTHING_LEFT = Performed(0, gone=True, whole=False, started=False, ended=False)


def at_once(status: int, size_bytes: int, pieces: tuple[tuple[int, int], ...] = ()) -> Performed:
    """The report of a reply that was sent whole, in one piece; `pieces` tells of that of a stream."""
    return Performed(size_bytes, status=status, due_bytes=size_bytes, chunks=1, pieces=pieces)
