"""The job is cancelled before it is done: by the provider, since no call of a client cancels one."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Scenario, failure, fraction

NAME = "cancelled"
# assumed: a provider without a word for it lets such a job fail as it lets others fail
LIKE = ("task_failed", "generation_failed")


def _make(request: PlanRequest) -> Plan:
    known = request.failures
    cause = known.get(NAME)
    if cause is None:
        like = next((name for name in LIKE if name in known), next(iter(known)))
        cause = known[like]
    return failure(request, cause, fraction(request.options, "at", 0.5))


SCENARIO = Scenario(
    NAME,
    "is cancelled by the provider: xcompute has a status word for it, elsewhere it fails",
    _make,
    {"at": "share of the work that is done by then, such as 60%; 50% by default"},
)
