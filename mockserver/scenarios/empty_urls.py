"""The job succeeds, but the success names an empty list of videos, or an empty URL."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return success(request, results=Results(urls="empty"))


SCENARIO = Scenario(
    "empty_urls",
    "succeeds, but the success names an empty list of videos, or an empty URL",
    _make,
    breaks="success_has_its_videos",
)
