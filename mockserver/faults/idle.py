"""Closes a connection that its client keeps open for the next call."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply


def _strike(reply: Reply, hit: Hit) -> Reply:
    return replace(reply, effects=replace(reply.effects, idle_ms=hit.options["after"]))


FAULT = Fault(
    "idle",
    "closes the connection some time after the reply",
    "after",
    {
        "after": Parameter(
            "span", "how long the connection is idle before the server closes it", 1000
        )
    },
    reply=_strike,
)
