"""The job succeeds, but the success names a video whose URL answers 404."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    plan = success(request, request.queue_ms, request.run_ms)
    return replace(plan, results=Results(urls="broken"))


SCENARIO = Scenario(
    "broken_url",
    "succeeds, but the success names a video whose URL answers 404",
    _make,
    breaks="success_has_its_videos",
)
