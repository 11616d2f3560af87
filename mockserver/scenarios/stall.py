"""The job begins and never ends."""

from __future__ import annotations

from mockserver.domain.outline import standstill
from mockserver.domain.plan import Plan
from mockserver.domain.quantity import fraction
from mockserver.domain.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    return standstill(request, fraction(request.options, "at", 0.4))


SCENARIO = Scenario(
    "stall",
    "begins and never ends",
    _make,
    {"at": "share of the work done when it stops, such as 40%; 40% by default"},
)
