"""The job succeeds, but right after its creation its id is unknown (eventual consistency)."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, span_ms, success


def _make(request: PlanRequest) -> Plan:
    unknown_ms = span_ms(request.options.get("for", "3s"), "unknown_at_first.for")
    plan = success(request)
    return replace(plan, known_ms=request.at_ms + unknown_ms)


SCENARIO = Scenario(
    "unknown_at_first",
    "succeeds, but its id is unknown right after the creation",
    _make,
    {"for": "how long the id is unknown, such as 800ms; 3s by default"},
    breaks="known_from_the_start",
)
