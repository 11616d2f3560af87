"""Leaves chunks of one kind out of a stream: the role, or the last videos."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, frames_of, indexes_of


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = frames_of(reply)
    dropped = set(indexes_of(frames, hit.options["kind"])[-hit.options["count"] :])
    return replace(reply, body=tuple(f for i, f in enumerate(frames) if i not in dropped))


FAULT = Fault(
    "drop_chunks",
    "leaves chunks out of the stream",
    "stream",
    {
        "kind": Parameter("text", "the kind of chunk", "role"),
        "count": Parameter("count", "how many, counted from the last one", 1, low=1),
    },
    reply=_strike,
)
