"""The job fails with one of the provider's documented failures, at any point of its work."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import (
    Failure,
    Plan,
    PlanRequest,
    Scenario,
    failure,
    failure_named,
    fraction,
)


def _cause(request: PlanRequest) -> Failure:
    cause = failure_named(request, "fail.code")
    message = request.options.get("message")
    return cause if message is None else replace(cause, message=str(message))


def _make(request: PlanRequest) -> Plan:
    return failure(request, _cause(request), fraction(request.options, "at", 1.0))


SCENARIO = Scenario(
    "fail",
    "fails with a documented failure",
    _make,
    {
        "code": "name of one of the provider's failures; its first one by default",
        "at": "share of the work that is done when it fails, such as 60%; 100% by default",
        "message": "a text of your own instead of the documented one",
    },
)
