"""The job succeeds, but its 1080p version is never ready."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, success


def _make(request: PlanRequest) -> Plan:
    return replace(success(request), hd_ms=None)


SCENARIO = Scenario(
    "hd_never",
    "succeeds, but its 1080p version is never ready",
    _make,
    breaks="upgrade_comes",
)
