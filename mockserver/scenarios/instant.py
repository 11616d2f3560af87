"""The job is done before the reply to its creation leaves."""

from __future__ import annotations

from mockserver.domain.outline import success
from mockserver.domain.plan import Plan
from mockserver.domain.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    return success(request, 0, 0, 0)


SCENARIO = Scenario("instant", "is done before the reply to its creation leaves", _make)
