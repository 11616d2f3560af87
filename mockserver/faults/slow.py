"""Sends a body in small pieces with a pause between them."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.fault import Fault, Hit, Parameter
from mockserver.domain.reply import Reply


def _strike(reply: Reply, hit: Hit) -> Reply:
    effects = replace(
        reply.effects, chunk_bytes=hit.options["bytes"], chunk_gap_ms=hit.options["gap"]
    )
    return replace(reply, effects=effects)


FAULT = Fault(
    "slow",
    "sends the body piece by piece",
    "after",
    {
        "bytes": Parameter("count", "size of a piece", 64, low=1),
        "gap": Parameter("span", "pause between two pieces", 500),
    },
    reply=_strike,
)
