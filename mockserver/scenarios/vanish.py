"""The record of the job vanishes while the job runs."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, fraction, success


def _make(request: PlanRequest) -> Plan:
    share = fraction(request.options, "at", 0.5)
    plan = success(request)
    gone_ms = request.at_ms + request.queue_ms + round(request.run_ms * share)
    return replace(plan, vanish_ms=gone_ms)


SCENARIO = Scenario(
    "vanish",
    "loses its record while it runs",
    _make,
    {"at": "share of the work that is done by then, such as 50%; 50% by default"},
    breaks="known_from_the_start",
)
