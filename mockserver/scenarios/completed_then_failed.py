"""The job succeeds, and a while later it fails."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import (
    Plan,
    PlanRequest,
    Scenario,
    Step,
    failure_named,
    span_ms,
    success,
)


def _make(request: PlanRequest) -> Plan:
    cause = failure_named(request, "completed_then_failed.code")
    after_ms = span_ms(request.options.get("after", "30s"), "completed_then_failed.after")
    plan = success(request)
    *earlier, expired = plan.steps
    failed_ms = earlier[-1].at_ms + after_ms
    failed = Step(failed_ms, "failed", 100.0, failure=cause)
    last = replace(expired, at_ms=max(expired.at_ms, failed_ms + 1))
    return replace(plan, steps=(*earlier, failed, last))


SCENARIO = Scenario(
    "completed_then_failed",
    "succeeds, and a while later it fails",
    _make,
    {
        "after": "how long after success it fails, such as 30s; 30s by default",
        "code": "name of one of the provider's failures; its first one by default",
    },
    breaks="terminal_is_final",
)
