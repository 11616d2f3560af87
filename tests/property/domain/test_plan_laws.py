"""A plan answers at every moment, and its answers agree with one another."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.job.plan import (
    Plan,
    Ticks,
    expires_ms,
    next_step_ms,
    outcome_step,
    state_at,
    step_percents,
    tick_row,
    tick_times_ms,
)
from tests.property.domain.strategies import MOMENTS, SEEDS, TICKS, plans


def percents_of(plan: Plan) -> tuple[float, ...]:
    running = [step for step in plan.steps[:-1] if step.phase == "running"]
    return tuple(
        percent for step in running for percent in step_percents(plan.seed, plan.ticks, step)
    )


@given(plans(), st.integers(-(10**15), 10**15))
def test_there_is_a_state_at_every_moment(plan: Plan, now_ms: int) -> None:
    state = state_at(plan, now_ms)
    begun = [step for step in plan.steps if step.at_ms <= now_ms] or [plan.steps[0]]
    assert (state.phase, state.since_ms, state.failure) == (
        begun[-1].phase,
        begun[-1].at_ms,
        begun[-1].failure,
    )
    low, high = sorted((begun[-1].progress, begun[-1].progress_to))
    assert state.progress == begun[-1].progress or (
        state.phase == "running" and low <= state.progress <= high
    )


@given(plans(), MOMENTS)
def test_the_state_is_a_fold_over_the_transitions(plan: Plan, now_ms: int) -> None:
    passed = [step for step in plan.steps if step.at_ms <= now_ms]
    state = state_at(plan, now_ms)
    assert state.phase == (passed[-1] if passed else plan.steps[0]).phase


@given(plans(), st.data())
def test_the_next_step_is_ahead_and_nothing_lies_between(plan: Plan, data: st.DataObject) -> None:
    now_ms = data.draw(st.integers(plan.steps[0].at_ms - 5, expires_ms(plan) + 5))
    found = next_step_ms(plan, now_ms)
    until_ms = 10**16 if found is None else found - 1
    between = [step for step in plan.steps if now_ms < step.at_ms <= until_ms]
    assert all(step.phase == "expired" for step in between) or found == plan.known_ms
    assert found is None or found > now_ms


@given(SEEDS, TICKS)
def test_ticks_rise_from_the_first_to_the_last(seed: str, ticks: Ticks) -> None:
    levels = tick_row(seed, ticks)
    assert list(levels) == sorted(set(levels))
    assert len(levels) == ticks.number
    assert (levels[0], levels[-1]) == (ticks.first, ticks.last)


@given(plans())
def test_a_stream_and_a_poll_at_its_tick_agree(plan: Plan) -> None:
    times, percents = tick_times_ms(plan), percents_of(plan)
    assert list(times) == sorted(times)
    spans = {
        (step.at_ms, following.at_ms)
        for step, following in zip(plan.steps, plan.steps[1:], strict=False)
        if step.phase == "running"
    }
    assert len(times) == sum(s.phase == "running" for s in plan.steps) * plan.ticks.number
    for at_ms, percent in zip(times, percents, strict=True):
        assert any(start <= at_ms <= end for start, end in spans)
        state = state_at(plan, at_ms)
        # Where a run is shorter than its ticks several fall on one moment, and the last one counts.
        # A step that begins at that very moment counts instead.
        if times.count(at_ms) == 1 and state.phase == "running" and state.since_ms < at_ms:
            assert state.progress == percent


@given(plans())
def test_the_outcome_is_the_first_success_or_failure(plan: Plan) -> None:
    ends = [step for step in plan.steps if step.phase in ("succeeded", "failed")]
    assert outcome_step(plan) == (ends[0] if ends else None)
