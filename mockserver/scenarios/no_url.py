"""The job succeeds, but the success names no video at all."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return success(request, results=Results(urls="absent"))


SCENARIO = Scenario(
    "no_url",
    "succeeds, but the success names no video at all",
    _make,
    breaks="success_has_its_videos",
)
