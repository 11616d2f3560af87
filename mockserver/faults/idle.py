"""Closes a connection that its client keeps open for the next call."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import NEXT_REQUEST, Fault, Hit, Parameter, Reply


def _strike(reply: Reply, hit: Hit) -> Reply:
    idle_ms = NEXT_REQUEST if hit.options["at_next"] else hit.options["after"]
    return replace(reply, effects=replace(reply.effects, idle_ms=idle_ms))


FAULT = Fault(
    "idle",
    "closes the connection some time after the reply",
    "after",
    {
        "after": Parameter(
            "span", "how long the connection is idle before the server closes it", 1000
        ),
        "at_next": Parameter("flag", "close it when its next request comes in", False),
    },
    reply=_strike,
)
