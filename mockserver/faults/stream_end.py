"""Ends a stream before a chunk: properly, by a hang-up, or by a TCP reset."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Frame, Hit, Parameter, Reply, frames_of, index_of


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = frames_of(reply)
    index = index_of(frames, hit.chunk, "stop")
    # The end comes when the chunk was due, not directly after the chunk before it.
    kept = (*frames[:index], Frame(frames[index].at_ms, b"", apart=True))
    return replace(reply, body=kept, effects=replace(reply.effects, ending=hit.options["ending"]))


FAULT = Fault(
    "stream_end",
    "ends the stream before a chunk",
    "stream",
    {
        "ending": Parameter(
            "choice",
            "how: complete (a correct end for HTTP), close, or a TCP reset",
            "close",
            ("complete", "close", "reset"),
        )
    },
    reply=_strike,
)
