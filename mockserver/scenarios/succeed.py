"""The job succeeds in the time that its model takes."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return success(request)


SCENARIO = Scenario("succeed", "succeeds in the time that its model takes", _make)
