"""The moments of a plan that somebody waits for, one after the other."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.job.plan import Failure, Plan, next_in_ms, next_step_ms, state_at
from mockserver.domain.scenario.plan_templates import success
from mockserver.domain.scenario.scenario import PlanRequest

REQUEST = PlanRequest(1000, "seed", 2000, 11_000, 5000, 60_000, 1, {"x": Failure("x", 1, "x")}, {})
DONE = success(REQUEST, 2000, 11_000)  # queued at 1 s, running at 3 s, succeeded at 14 s


def _stops(plan: Plan) -> list[int]:
    found, now_ms = [], plan.steps[0].at_ms
    while (next_ms := next_step_ms(plan, now_ms)) is not None:
        now_ms = next_ms
        found.append(now_ms)
    return found


def test_an_id_that_becomes_known_between_two_phases_is_a_stop() -> None:
    assert _stops(replace(DONE, known_ms=7000)) == [3000, 7000, 14_000]


def test_content_that_is_ready_after_success_is_a_stop() -> None:
    assert _stops(replace(DONE, content_ms=24_000)) == [3000, 14_000, 24_000]


def test_a_range_of_progress_is_entered_at_the_first_tick_within_it() -> None:
    at_ms = next_in_ms(DONE, 1000, None, (40, 60))
    assert at_ms is not None
    assert 40 <= state_at(DONE, at_ms).progress <= 60
    assert state_at(DONE, at_ms - 1).progress < 40


def test_every_tick_within_the_range_is_a_moment_and_none_behind_it() -> None:
    moments, now_ms = [], 1000
    while (next_ms := next_in_ms(DONE, now_ms, "running", (30, 60))) is not None:
        now_ms = next_ms
        moments.append(now_ms)
    assert moments == [
        ms for ms in range(4000, 14_000, 1000) if 30 <= state_at(DONE, ms).progress <= 60
    ]
    assert len(moments) == 3


def test_a_range_that_no_tick_hits_in_this_phase_is_never_reached() -> None:
    assert next_in_ms(DONE, 1000, "failed", None) is None
    assert next_in_ms(DONE, 1000, "queued", (40, 60)) is None
    assert next_in_ms(DONE, 1000, "expired", None) == 74_000
