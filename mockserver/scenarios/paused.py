"""The provider has paused the channel behind the model."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, out_of_service

NAME = "paused"


def _make(request: PlanRequest) -> Plan:
    return out_of_service(request, NAME)


SCENARIO = Scenario(
    NAME,
    "fails since the channel is paused, in APIYI's words of 2026-05-13; a server error elsewhere",
    _make,
    {
        "on": "task (the job fails) or creation (it is refused); task by default",
        "at": "share of the work that is done when the job fails, such as 60%; 0% by default",
    },
)
