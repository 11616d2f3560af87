"""The job is done before the reply to its creation leaves."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return success(request, 0, 0, 0)


SCENARIO = Scenario("instant", "is done before the reply to its creation leaves", _make)
