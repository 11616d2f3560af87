"""Lets a stream stop before a chunk, for a while or for ever."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Frame, Hit, Parameter, Reply, frames_of, index_of


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = frames_of(reply)
    index = index_of(frames, hit.chunk, "progress")
    span_ms = hit.options["for"]
    if span_ms is None:
        # The client waits from the moment at which the chunk was due.
        kept = (*frames[:index], Frame(frames[index].at_ms, b"", apart=True))
        return replace(reply, body=kept, effects=replace(reply.effects, ending="hang"))
    late = [replace(f, at_ms=f.at_ms + span_ms) for f in frames[index:]]
    late[0] = replace(late[0], held_ms=late[0].held_ms + span_ms, apart=True)
    return replace(reply, body=(*frames[:index], *late))


FAULT = Fault(
    "stall",
    "lets the stream stop before a chunk",
    "stream",
    {"for": Parameter("span", "how long; without it: until the client gives up")},
    reply=_strike,
)
