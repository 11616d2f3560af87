"""The job succeeds, but takes several times as long as its model usually does."""

from __future__ import annotations

from mockserver.sdk.scenario import BadInput, Plan, PlanRequest, Scenario, number, success

DEFAULT_FACTOR = 5.0


def _make(request: PlanRequest) -> Plan:
    given = request.options.get("factor", DEFAULT_FACTOR)
    factor = number(given)
    if factor is None or not 0 < factor <= 1000:
        raise BadInput("slow.factor", given, "a number above 0, at most 1000")
    return success(request, round(request.queue_ms * factor), round(request.run_ms * factor))


SCENARIO = Scenario(
    "slow",
    "succeeds, but takes `factor` times as long",
    _make,
    {"factor": "how many times as long as usual; 5 by default"},
)
