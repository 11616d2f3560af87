"""Leaves out the end of a body. The HTTP message itself is complete."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, Unfit, counted, needs_bytes


def _strike(reply: Reply, hit: Hit) -> Reply:
    body, at = needs_bytes(reply), hit.options["at"]
    kept = int(len(body) * at) if isinstance(at, float) else at
    if kept >= len(body):
        raise Unfit(f"the body has {counted(len(body), 'byte')} only")
    return replace(reply, body=body[:kept])


FAULT = Fault(
    "truncate",
    "leaves out the end of the body",
    "after",
    {"at": Parameter("place", "how much of the body stays: bytes (120) or a share (50%)", 0.5)},
    reply=_strike,
)
