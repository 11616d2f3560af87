"""The job succeeds, but the success names a video whose URL answers 404."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.job.plan import Plan, Results
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import PlanRequest, Scenario


def _make(request: PlanRequest) -> Plan:
    plan = success(request, request.queue_ms, request.run_ms)
    return replace(plan, results=Results(urls="broken"))


SCENARIO = Scenario(
    "broken_url",
    "succeeds, but the success names a video whose URL answers 404",
    _make,
    breaks="success_has_its_videos",
)
