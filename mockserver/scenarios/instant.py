"""The job is done before the reply to its creation leaves."""

from __future__ import annotations

from mockserver.domain.job.plan import Plan
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    return success(request, 0, 0, 0)


SCENARIO = Scenario("instant", "is done before the reply to its creation leaves", _make)
