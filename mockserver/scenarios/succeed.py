"""The job succeeds in the time that its model takes."""

from __future__ import annotations

from mockserver.domain.job.plan import Plan
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    return success(request, request.queue_ms, request.run_ms)


SCENARIO = Scenario("succeed", "succeeds in the time that its model takes", _make)
