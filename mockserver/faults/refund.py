"""Lets the refund of a failed job come late."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Overrides, Parameter


def _strike(terms: Overrides, hit: Hit) -> Overrides:
    return replace(terms, refund_delay_ms=hit.options["by"], refund_by=hit.rule)


FAULT = Fault(
    "refund",
    "lets the refund of a failed job come late",
    "terms",
    {"by": Parameter("span", "how long after the failure", 3_600_000)},
    terms=_strike,
)
