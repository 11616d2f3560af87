"""The job succeeds, but it did not make some of the videos that the client asked for."""

from __future__ import annotations

from mockserver.sdk.scenario import (
    BadInput,
    Plan,
    PlanRequest,
    Results,
    Scenario,
    success,
    whole_number,
)


def _make(request: PlanRequest) -> Plan:
    given = request.options.get("count", 1)
    count = whole_number(given)
    if not count:
        raise BadInput("some_videos_fail.count", given, "a whole number from 1")
    first = max(0, request.videos - count)
    return success(request, results=Results(failed_videos=tuple(range(first, request.videos))))


SCENARIO = Scenario(
    "some_videos_fail",
    "succeeds, but some of its videos are missing",
    _make,
    {"count": "how many are missing, counted from the last one; 1 by default"},
    breaks="success_has_its_videos",
)
