"""There is no job: the provider refuses the creation, in any of its ways."""

from __future__ import annotations

from mockserver.sdk.scenario import BadInput, Plan, PlanRequest, Refusal, Scenario, nearest, span_ms

DEFAULT_KIND = "server_error"


def _make(request: PlanRequest) -> Plan:
    kind = str(request.options.get("kind", DEFAULT_KIND))
    if kind not in request.refusals:
        kinds = ", ".join(request.refusals)
        raise BadInput("refuse.kind", kind, f"one of: {kinds}{nearest(kind, request.refusals)}")
    pause = request.options.get("retry_after")
    raise Refusal(
        kind,
        f"scenario refuse: the creation is refused as {kind} on purpose",
        retry_after_ms=None if pause is None else span_ms(pause, "refuse.retry_after"),
    )


SCENARIO = Scenario(
    "refuse",
    "is refused at its creation: nothing is stored, charged or counted",
    _make,
    {
        "kind": "a row of the provider's table of errors, server_error by default",
        "retry_after": (
            "what Retry-After tells the client to wait, such as 30s; no Retry-After by default"
        ),
    },
)
