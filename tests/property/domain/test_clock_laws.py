"""Virtual time never goes back and never leaps, whatever is done to a clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.input.errors import BadInput
from mockserver.domain.time.clock import MODES, ClockState
from tests.property.domain.strategies import MOMENTS, SPANS, clocks


@given(clocks(), MOMENTS, SPANS)
def test_time_never_goes_back(clock: ClockState, real_ms: int, later_ms: int) -> None:
    assert clock.at(real_ms) <= clock.at(real_ms + later_ms)


@given(clocks(), MOMENTS, SPANS, SPANS)
def test_two_jumps_are_one_of_their_sum(
    clock: ClockState, real_ms: int, first_ms: int, second_ms: int
) -> None:
    assert clock.jump(first_ms).jump(second_ms) == clock.jump(first_ms + second_ms)
    assert clock.jump(first_ms).at(real_ms) == clock.at(real_ms) + first_ms


@given(clocks(), st.integers(max_value=-1))
def test_a_jump_back_is_refused(clock: ClockState, by_ms: int) -> None:
    with pytest.raises(BadInput):
        clock.jump(by_ms)


@given(clocks(), MOMENTS, st.sampled_from(MODES), st.floats(0.001, 1000))
def test_a_change_of_mode_keeps_the_moment(
    clock: ClockState, real_ms: int, mode: str, rate: float
) -> None:
    changed = clock.with_mode(mode, real_ms, rate)  # type: ignore[arg-type]
    assert changed.at(real_ms) == clock.at(real_ms)
    assert (changed.rate == 0) == (mode != "real")


@given(clocks(), MOMENTS, st.floats(0.001, 1000))
def test_a_change_of_rate_keeps_the_moment(clock: ClockState, real_ms: int, rate: float) -> None:
    if clock.mode == "real":
        assert clock.with_rate(rate, real_ms).at(real_ms) == clock.at(real_ms)
    else:
        with pytest.raises(BadInput):
            clock.with_rate(rate, real_ms)


@given(clocks(), MOMENTS, MOMENTS)
def test_reach_gets_there_and_never_back(clock: ClockState, real_ms: int, at_ms: int) -> None:
    reached = clock.reach(at_ms, real_ms)
    assert reached.at(real_ms) == max(at_ms, clock.at(real_ms))
    assert reached.reach(at_ms, real_ms) == reached


@given(clocks(), st.lists(st.tuples(SPANS, st.sampled_from(["wait", "jump", "mode", "rate"]))))
def test_any_history_of_changes_is_monotone(
    clock: ClockState, moves: list[tuple[int, str]]
) -> None:
    real_ms = clock.real_base_ms
    seen = [clock.at(real_ms)]
    for span_ms, move in moves:
        if move == "wait":
            real_ms += span_ms
        elif move == "jump":
            clock = clock.jump(span_ms)
        elif move == "mode":
            clock = clock.with_mode(MODES[span_ms % 3], real_ms, 1 + span_ms % 7)
        elif clock.mode == "real":
            clock = clock.with_rate(1 + span_ms % 9, real_ms)
        seen.append(clock.at(real_ms))
    assert seen == sorted(seen)


@given(clocks(), MOMENTS, SPANS)
def test_whoever_waits_as_long_as_told_is_there(
    clock: ClockState, real_ms: int, ahead_ms: int
) -> None:
    until_ms = clock.at(real_ms) + ahead_ms
    wait_ms = clock.real_wait_ms(until_ms, real_ms)
    if wait_ms is None:
        assert clock.mode != "real"
    else:
        assert clock.at(max(real_ms, clock.real_base_ms) + int(wait_ms) + 2) >= until_ms


@given(clocks(), SPANS)
def test_the_seconds_a_client_is_told_are_enough(clock: ClockState, span_ms: int) -> None:
    waited_ms = clock.client_seconds(span_ms) * 1000
    assert waited_ms * (clock.rate or 1) >= span_ms * (1 - 1e-9)
