"""Treats an acknowledged callback as not acknowledged, so it comes again."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, OutgoingAttempt


def _strike(outgoing: OutgoingAttempt, hit: Hit) -> OutgoingAttempt:
    return replace(outgoing, ignores_ack=True)


FAULT = Fault("ignores_ack", "does not hear an acknowledgement", "delivery", outgoing=_strike)
