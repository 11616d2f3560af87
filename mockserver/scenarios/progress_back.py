"""The job succeeds, but its progress falls back on the way."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import BadInput, Plan, PlanRequest, Scenario, Step, fraction, success


def _make(request: PlanRequest) -> Plan:
    highest = fraction(request.options, "from", 0.6)
    lowest = fraction(request.options, "to", 0.2)
    if lowest >= highest:
        raise BadInput("progress_back.to", request.options.get("to"), "less than `from`")
    plan = success(request)
    queued, running, done, expired = plan.steps
    back_ms = running.at_ms + (done.at_ms - running.at_ms) // 2
    steps = (
        queued,
        replace(running, progress_to=round(highest * 100, 1)),
        Step(back_ms, "running", round(lowest * 100, 1), 100.0),
        done,
        expired,
    )
    return replace(plan, steps=steps)


SCENARIO = Scenario(
    "progress_back",
    "succeeds, but its progress falls back on the way",
    _make,
    {
        "from": "progress before it falls back, such as 60%; 60% by default",
        "to": "progress that it falls back to, such as 20%; 20% by default",
    },
    breaks="progress_never_goes_back",
)
