"""A third driver, for properties: it runs a flow against a function instead of a network.

It agrees with the real drivers on what a flow may see; `tests/unit/clientlib/test_drivers.py`
holds all three to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clientlib import Request, RetryPolicy, Timeouts, TransportFailure, VideoError
from clientlib._context import Context
from clientlib._models import Head
from clientlib._steps import Close, Do, Emit, Flow, Open, Read, T, Wait
from clientlib.providers import load
from tests.support.client_clock import VirtualClock


@dataclass(frozen=True)
class Played:
    """A reply: its head, its pieces, and whether the connection breaks after them."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[bytes, ...] = ()
    breaks: bool = False


NO_CONNECTION = TransportFailure("ConnectError", sent=False)
NO_REPLY = TransportFailure("ReadError", sent=True)
Host = Callable[[Request], Played | TransportFailure]


def context(provider: str, clock: VirtualClock, **changes: Any) -> Context:
    """A context in virtual time, with a jitter of a half."""
    codec = load(provider)
    settings: dict[str, Any] = {"retry": RetryPolicy(), "pace": codec.pace} | changes
    return Context(codec, clock.now, lambda: 0.5, timeouts=Timeouts(), **settings)


def play(flow: Flow[T], host: Host, clock: VirtualClock, emitted: list[Any] | None = None) -> T:
    """Run a flow to its result."""
    pieces: list[bytes | TransportFailure | None] = []

    def perform(step: object) -> Any:
        match step:
            case Open(request):
                reply = host(request)
                if isinstance(reply, TransportFailure):
                    raise TransportFailure(reply.message, sent=reply.sent, request=request)
                pieces[:] = [*reply.pieces, NO_REPLY if reply.breaks else None]
                return Head(reply.status, reply.headers)
            case Read():
                piece = pieces.pop(0)
                if isinstance(piece, TransportFailure):
                    raise TransportFailure(piece.message, sent=True)
                return piece
            case Wait(seconds):
                return clock.sleep(seconds)
            case Do(function):
                return function()
            case Emit(value):
                return (emitted if emitted is not None else []).append(value)
            case Close():
                pieces.clear()

    try:
        step = next(flow)
        while True:
            try:
                outcome = perform(step)
            except (VideoError, OSError) as error:
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        flow.close()
