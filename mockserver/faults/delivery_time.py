"""Loses a callback, or sends it late."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, OutgoingAttempt, Parameter, Unfit


def _strike(outgoing: OutgoingAttempt, hit: Hit) -> OutgoingAttempt:
    by_ms = hit.options["by"]
    if by_ms is None:
        return replace(outgoing, dropped=True)
    if hit.rule in outgoing.delivery.detail.get("held_by", ()):
        raise Unfit("this rule has already delayed this callback")
    return replace(outgoing, hold_until_ms=outgoing.now_ms + by_ms, held_by=hit.rule)


FAULT = Fault(
    "delivery_time",
    "loses the callback, or sends it late",
    "delivery",
    {"by": Parameter("span", "how late; without it, the callback never comes")},
    outgoing=_strike,
)
