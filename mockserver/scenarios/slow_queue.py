"""The job succeeds, but it waits in the queue for a long time."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, span_ms, success

DEFAULT_WAIT = "10m"


def _make(request: PlanRequest) -> Plan:
    wait_ms = span_ms(request.options.get("for", DEFAULT_WAIT), "slow_queue.for")
    return success(request, wait_ms)


SCENARIO = Scenario(
    "slow_queue",
    "succeeds, but waits in the queue for a long time",
    _make,
    {"for": f"how long it is queued, such as 10m, at any speed; {DEFAULT_WAIT} by default"},
)
