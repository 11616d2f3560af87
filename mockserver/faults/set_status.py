"""Gives a success another status of success, or one that has no body."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, Unfit

BODILESS = frozenset({204, 205})  # RFC 9110, 15.3.5 and 15.3.6: they have no content


def _strike(reply: Reply, hit: Hit) -> Reply:
    if reply.status // 100 != 2:
        raise Unfit("the reply is no success")
    status: int = hit.options["status"]
    if status not in BODILESS:
        return replace(reply, status=status)
    headers = tuple(pair for pair in reply.headers if pair[0] != b"content-type")
    return replace(reply, status=status, headers=headers, body=b"")


FAULT = Fault(
    "set_status",
    "gives a success another status",
    "after",
    {"status": Parameter("count", "which status of success", 201, low=200, high=299)},
    reply=_strike,
)
