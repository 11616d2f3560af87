"""A plan by example: one job of ten seconds, read along its way."""

import pytest
from msgspec.structs import replace

from mockserver.domain.job.plan import (
    Failure,
    Plan,
    Results,
    Step,
    Ticks,
    differs_in_times_alone,
    has_ended,
    next_step_ms,
    outcome_step,
    state_at,
    step_percents,
    tick_times_ms,
)
from mockserver.domain.scenario.plan_templates import failure, standstill, success
from mockserver.domain.scenario.scenario import PlanRequest

CAUSE = Failure("cause", 500, "it broke")
TICKS = Ticks(10, 9.0, 90.2)
REQUEST = PlanRequest(1000, "seed", 2000, 11_000, 5000, 60_000, 1, {"cause": CAUSE}, {}, (), TICKS)
DONE = success(REQUEST, 2000, 11_000)


def percents_of(plan: Plan) -> tuple[float, ...]:
    running = [step for step in plan.steps[:-1] if step.phase == "running"]
    return tuple(
        percent for step in running for percent in step_percents(plan.seed, plan.ticks, step)
    )


@pytest.mark.parametrize(
    ("now_ms", "phase"),
    [
        (0, "queued"),
        (1000, "queued"),
        (2999, "queued"),
        (3000, "running"),
        (13_999, "running"),
        (14_000, "succeeded"),
        (73_999, "succeeded"),
        (74_000, "expired"),
    ],
)
def test_a_step_begins_at_its_very_moment(now_ms: int, phase: str) -> None:
    assert state_at(DONE, now_ms).phase == phase


def test_progress_goes_by_ten_ticks_evenly_in_time() -> None:
    times, levels = tick_times_ms(DONE), percents_of(DONE)
    assert times == tuple(range(4000, 14_000, 1000))
    assert (levels[0], levels[-1]) == (9.0, 90.2)
    assert state_at(DONE, 3999).progress == 0
    assert state_at(DONE, 4000).progress == 9.0
    assert state_at(DONE, 13_999).progress == 90.2
    assert state_at(DONE, 14_000).progress == 100


def test_a_failure_stops_at_its_share_of_the_work() -> None:
    plan = failure(REQUEST, CAUSE, 0.6)
    state = state_at(plan, 3000 + 6600)
    assert (state.phase, state.progress, state.failure) == ("failed", 60.0, CAUSE)
    assert max(percents_of(plan)) < 60


def test_a_standstill_never_ends_but_is_forgotten() -> None:
    plan = standstill(REQUEST, 0.4)
    assert outcome_step(plan) is None
    assert not has_ended(plan, 10**9)
    assert state_at(plan, 60_999).phase == "running"
    assert state_at(plan, 60_999).progress == 40.0
    assert state_at(plan, 61_000).phase == "expired"


def test_nobody_waits_for_an_expiry() -> None:
    assert [next_step_ms(DONE, now) for now in (0, 1000, 3000, 14_000)] == [
        1000,
        3000,
        14_000,
        None,
    ]


def test_a_task_has_ended_from_its_outcome_on() -> None:
    assert not has_ended(DONE, 13_999)
    assert has_ended(DONE, 14_000)


WHOLE = Plan(
    (Step(0, "queued"), Step(5, "running", 0, 100), Step(9, "succeeded", 100), Step(99, "expired")),
    "seed",
    0,
    9,
)


def with_step(plan: Plan, index: int, **changes: object) -> Plan:
    steps = list(plan.steps)
    steps[index] = replace(steps[index], **changes)
    return replace(plan, steps=tuple(steps))


@pytest.mark.parametrize(
    "other",
    [
        replace(WHOLE, ticks=TICKS),
        with_step(WHOLE, 2, phase="failed"),
        with_step(WHOLE, 1, progress=1.0),
        with_step(WHOLE, 1, progress_to=90.0),
        with_step(WHOLE, 2, failure=Failure("cause", 500, "it broke")),
        with_step(WHOLE, 1, word="odd"),
        replace(WHOLE, steps=WHOLE.steps[1:]),
        replace(WHOLE, seed="other"),
        replace(WHOLE, results=Results("absent")),
    ],
)
def test_a_plan_that_says_another_thing_differs_in_more_than_times(other: Plan) -> None:
    assert not differs_in_times_alone(WHOLE, other)


def test_a_plan_whose_steps_come_at_other_times_differs_in_times_alone() -> None:
    assert differs_in_times_alone(WHOLE, with_step(WHOLE, 2, at_ms=50))
