"""The job succeeds, but its callback says that it failed: the poll and the callback disagree."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return success(request, results=Results(contradict_callback=True))


SCENARIO = Scenario(
    "callback_disagrees",
    "succeeds, but its callback says that it failed",
    _make,
    breaks="poll_and_callback_agree",
)
