"""Sends a body in pieces with a pause between them."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, MediaRef, Parameter, Reply, Stream


def _strike(reply: Reply, hit: Hit) -> Reply:
    chunk_bytes, gap_ms = hit.options["bytes"], hit.options["gap"]
    if chunk_bytes is None:
        chunk_bytes, gap_ms = _shared_out(_sizes_bytes(reply), hit.options["pieces"], gap_ms)
    effects = replace(reply.effects, chunk_bytes=chunk_bytes, chunk_gap_ms=gap_ms)
    return replace(reply, effects=effects)


def _shared_out(sizes_bytes: list[int], pieces: int, gap_ms: int) -> tuple[int, int]:
    """The size of a piece and the pause, so that all pauses together last as long as for one body.

    Without this, a stream of many frames would take many times as long as a body.
    """
    chunk_bytes = max(1, -(-max(sizes_bytes, default=0) // pieces))
    pauses = sum(max(0, -(-size // chunk_bytes) - 1) for size in sizes_bytes)
    return chunk_bytes, gap_ms * (pieces - 1) // max(pauses, pieces - 1, 1)


def _sizes_bytes(reply: Reply) -> list[int]:
    """The sizes of what is sent at once: a body, or each frame of a stream."""
    body = reply.body
    if isinstance(body, MediaRef):
        return [body.part_bytes]
    if isinstance(body, bytes):
        return [len(body)]
    frames = body.frames() if isinstance(body, Stream) else body
    return [len(frame.data) for frame in frames]


FAULT = Fault(
    "slow",
    "sends the body piece by piece",
    "after",
    {
        "pieces": Parameter("count", "the number of pieces", 4, low=1, high=1e6),
        "bytes": Parameter(
            "count", "the size of a piece; if given, `pieces` does not count", low=1
        ),
        "gap": Parameter("span", "pause between two pieces", 500),
    },
    reply=_strike,
)
