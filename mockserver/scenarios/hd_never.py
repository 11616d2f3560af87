"""The job succeeds, but its 1080p version is never ready."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.job.plan import Plan
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    return replace(success(request, request.queue_ms, request.run_ms), hd_ms=None)


SCENARIO = Scenario(
    "hd_never",
    "succeeds, but its 1080p version is never ready",
    _make,
    breaks="upgrade_comes",
)
