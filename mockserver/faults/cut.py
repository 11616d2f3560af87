"""Ends the connection where no client expects it: before, inside or after the headers."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import (
    BadInput,
    Effects,
    Fault,
    Hit,
    MediaRef,
    Options,
    Parameter,
    Reply,
    Stage,
    Unfit,
    counted,
)

WORDS = ("head", "in_head")
LONGEST_REFUSAL_MS = 60_000
HEAD_BYTES = 20  # the status line and a piece of the first header


def _strike(reply: Reply, hit: Hit) -> Reply:
    effects = replace(reply.effects, ending=hit.options["ending"], hang_ms=hit.options["for"] or 0)
    return replace(reply, effects=_cut(effects, reply, hit.options["at"]))


def _cut(effects: Effects, reply: Reply, at: int | float | str) -> Effects:
    if isinstance(at, str):
        return replace(effects, cut_in_head_bytes=HEAD_BYTES if at == "in_head" else 0)
    size = _size(reply)
    cut = int(size * at) if isinstance(at, float) else at
    if cut >= size:
        raise Unfit(f"the body has {counted(size, 'byte')} only")
    return replace(effects, cut_after_bytes=cut)


def _size(reply: Reply) -> int:
    body = reply.body
    if isinstance(body, bytes):
        return len(body)
    if isinstance(body, MediaRef):
        return body.part_bytes
    assert isinstance(body, tuple), "a stream is unfolded before faults strike it"
    return sum(len(frame.data) for frame in body)


def _check(options: Options) -> None:
    """Nobody reaches a server that refuses connections, so it must not do so for long."""
    span_ms = options["for"] or 0
    if options["ending"] == "refuse" and span_ms > LONGEST_REFUSAL_MS:
        raise BadInput("with.for", span_ms, "at most 1m")


def _stage(options: Options) -> Stage:
    """A cut in the body needs the body of the reply. Other cuts come before there is a reply."""
    return "instead" if isinstance(options["at"], str) else "after"


FAULT = Fault(
    "cut",
    "ends the connection early",
    "instead",
    {
        "at": Parameter(
            "place",
            "where: head (before the headers), in_head (inside them), or in the body after a "
            "number of bytes (120) or a share (50%). With a cut in the body, the call takes effect",
            "head",
            WORDS,
        ),
        "ending": Parameter(
            "choice",
            "how: close, a TCP reset, a reset after which connections are refused, or silence until "
            "the client gives up",
            "close",
            ("close", "reset", "refuse", "hang"),
        ),
        "for": Parameter(
            "span",
            "how long the silence lasts (without it: until the client gives up), or how long "
            "connections are refused",
        ),
    },
    reply=_strike,
    stage_of=_stage,
    check=_check,
)
