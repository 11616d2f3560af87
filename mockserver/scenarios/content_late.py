"""The job succeeds, but its content is not ready until a while later."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, span_ms, success


def _make(request: PlanRequest) -> Plan:
    late_ms = span_ms(request.options.get("by", "10s"), "content_late.by")
    plan = success(request)
    return replace(plan, content_ms=plan.content_ms + late_ms)


SCENARIO = Scenario(
    "content_late",
    "succeeds, but its content is not ready until a while later",
    _make,
    {"by": "how long after success the content is ready, such as 10s; 10s by default"},
    breaks="content_with_success",
)
