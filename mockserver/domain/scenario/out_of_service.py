"""Scenarios in which the provider serves nobody for a while, or never again."""

from __future__ import annotations

from functools import partial

from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.input.quantity import fraction
from mockserver.domain.job.plan import Plan
from mockserver.domain.scenario.plan_templates import failure
from mockserver.domain.scenario.scenario import PlanRequest, Scenario

# What a provider without words of its own says while it serves nobody.
FAILURES = ("server_error", "internal")
REFUSAL = "server_error"


def out_of_service(name: str, summary: str) -> Scenario:
    """A scenario in which the job fails, or its creation is refused, in the words for `name`."""
    return Scenario(
        name,
        summary,
        partial(_make, name=name),
        {
            "on": "task (the job fails) or creation (it is refused); task by default",
            "at": "share of the work that is done when the job fails, such as 60%; 0% by default",
        },
    )


def _make(request: PlanRequest, name: str) -> Plan:
    on = request.options.get("on", "task")
    if on == "creation":
        kind = name if name in request.refusals else REFUSAL
        raise Refusal(kind, f"scenario {name}: the creation is refused on purpose")
    if on != "task":
        raise BadInput(f"{name}.on", on, "task or creation")
    known = request.failures
    names = [each for each in (name, *FAILURES) if each in known]
    cause = known[names[0] if names else next(iter(known))]
    return failure(request, cause, fraction(request.options, "at", 0.0))
