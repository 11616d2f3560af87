"""The job begins and never ends."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, fraction, standstill


def _make(request: PlanRequest) -> Plan:
    return standstill(request, fraction(request.options, "at", 0.4))


SCENARIO = Scenario(
    "stall",
    "begins and never ends",
    _make,
    {"at": "share of the work that is done when it stops, such as 40%; 40% by default"},
)
