"""Sends a callback too early:

before the reply to the creation, or before the status tells the end.
"""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Overrides, Parameter, Unfit


def _strike(terms: Overrides, hit: Hit) -> Overrides:
    if hit.submit is None or not hit.submit.callback_url:
        raise Unfit("the creation names no callback URL")
    if hit.options["before"] == "reply":
        return replace(terms, callback_first=True, early_by=hit.rule)
    return replace(terms, callback_lead_ms=hit.options["by"], early_by=hit.rule)


FAULT = Fault(
    "early_callback",
    "sends the callback too early",
    "terms",
    {
        "before": Parameter("choice", "before which event", "status", ("reply", "status")),
        "by": Parameter("span", "how long before the status tells the end", 10_000),
    },
    terms=_strike,
)
