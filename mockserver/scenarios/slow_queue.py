"""The job succeeds, but it waits in the queue for a long time."""

from __future__ import annotations

from mockserver.domain.input.quantity import span_ms
from mockserver.domain.job.plan import Plan
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import PlanRequest, Scenario

DEFAULT_WAIT = "10m"


def _make(request: PlanRequest) -> Plan:
    wait_ms = span_ms(request.options.get("for", DEFAULT_WAIT), "slow_queue.for")
    return success(request, wait_ms, request.run_ms)


SCENARIO = Scenario(
    "slow_queue",
    "succeeds, but waits in the queue for a long time",
    _make,
    {"for": f"how long it is queued, such as 10m, whatever the speed; {DEFAULT_WAIT} by default"},
)
