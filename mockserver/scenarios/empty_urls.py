"""The job succeeds, but the success names an empty list of videos, or an empty URL."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    plan = success(request, request.queue_ms, request.run_ms)
    return replace(plan, results=Results(urls="empty"))


SCENARIO = Scenario(
    "empty_urls",
    "succeeds, but the success names an empty list of videos, or an empty URL",
    _make,
    breaks="success_has_its_videos",
)
