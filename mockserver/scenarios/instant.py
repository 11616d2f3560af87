"""The job is done before the reply to its creation leaves."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.outline import success
from mockserver.domain.plan import Plan
from mockserver.domain.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    return replace(success(request, 0, 0), hd_ms=request.at_ms)


SCENARIO = Scenario("instant", "is done before the reply to its creation leaves", _make)
