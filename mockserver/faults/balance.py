"""Lets the balance run out."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import MICROS, Fault, Hit, Overrides, Parameter


def _strike(terms: Overrides, hit: Hit) -> Overrides:
    return replace(terms, left_micros=round(hit.options["left"] * MICROS))


FAULT = Fault(
    "balance",
    "lets the balance run out",
    "terms",
    {"left": Parameter("number", "what is left, in the provider's unit", 0.0)},
    terms=_strike,
)
