"""The job succeeds, but the success names a video whose URL answers 404."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return success(request, results=Results(urls="broken"))


SCENARIO = Scenario(
    "broken_url",
    "succeeds, but the success names a video whose URL answers 404",
    _make,
    breaks="success_has_its_videos",
)
