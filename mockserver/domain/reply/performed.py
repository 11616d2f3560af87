"""How far a reply came when it was performed: what the player, or the sender of callbacks, reports."""

from __future__ import annotations

from msgspec import Struct


class Performed(Struct, frozen=True, gc=False, omit_defaults=True):
    """What left of a reply, and how it ended. Bytes count the body.

    `started`: the moment at which its head was due came with the client there. `status` is 0 where
    no whole head left. `due_bytes`: up to here the body has left and what follows was due by the
    usual pace, -1 before the head. `ended`: it came to its own end, in good order or on purpose.
    `gone`: the client left before that. `whole`: all that it holds left, to an orderly end.
    `outlasted`: a fault held it until the sandbox's patience ended, and its client was still there.
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


NOTHING_LEFT = Performed(0, gone=True, whole=False, started=False, ended=False)


def at_once(status: int, size_bytes: int) -> Performed:
    """The report of a reply that leaves whole in one piece."""
    return Performed(size_bytes, status=status, due_bytes=size_bytes, chunks=1)
