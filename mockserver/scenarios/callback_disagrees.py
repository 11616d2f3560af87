"""The job succeeds, but its callback says that it failed: the poll and the callback disagree."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, success


def _make(request: PlanRequest) -> Plan:
    plan = success(request, request.queue_ms, request.run_ms)
    return replace(plan, results=Results(contradict_callback=True))


SCENARIO = Scenario(
    "callback_disagrees",
    "succeeds, but its callback says that it failed",
    _make,
    breaks="poll_and_callback_agree",
)
