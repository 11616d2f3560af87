"""The clock by example: modes, jumps, rates."""

import pytest

from mockserver.domain.input.errors import BadInput
from mockserver.domain.time.clock import MAX_RATE, start_clock

NOON_MS = 1_765_000_000_000


def test_a_real_clock_runs_as_many_times_as_fast_as_its_rate() -> None:
    clock = start_clock("real", NOON_MS, rate=60.0)
    assert clock.at(NOON_MS) == NOON_MS
    assert clock.at(NOON_MS + 1000) == NOON_MS + 60_000


def test_a_manual_clock_stands_until_it_is_moved() -> None:
    clock = start_clock("manual", NOON_MS, start_ms=0)
    assert clock.at(NOON_MS + 86_400_000) == 0
    assert clock.jump(1500).at(NOON_MS) == 1500


def test_a_real_clock_that_went_back_counts_as_one_that_stood() -> None:
    assert start_clock("real", NOON_MS).at(NOON_MS - 5000) == NOON_MS


def test_a_change_of_rate_counts_from_then_on() -> None:
    clock = start_clock("real", 0, start_ms=0).with_rate(10, real_ms=1000)
    assert (clock.at(1000), clock.at(2000)) == (1000, 11_000)


def test_only_a_real_clock_has_a_rate() -> None:
    with pytest.raises(BadInput, match="this one is auto"):
        start_clock("auto", 0).with_rate(2, 0)


@pytest.mark.parametrize("rate", [0, -1, MAX_RATE * 2, float("nan")])
def test_a_rate_is_above_nothing_and_below_the_most(rate: float) -> None:
    with pytest.raises(BadInput, match="rate"):
        start_clock("real", 0, rate=rate)


def test_an_unknown_mode_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(BadInput, match="real, manual, auto"):
        start_clock("frozen", 0)  # type: ignore[arg-type]


def test_only_a_jump_gets_a_standing_clock_anywhere() -> None:
    assert start_clock("manual", 0).real_wait_ms(1, 0) is None
    assert start_clock("manual", 0).real_wait_ms(0, 0) == 0
    assert start_clock("real", 0, rate=2.0).real_wait_ms(1000, 0) == 500


def test_a_client_is_told_its_own_seconds_rounded_up() -> None:
    assert start_clock("real", 0, rate=60.0).client_seconds(90_000) == 2
    assert start_clock("manual", 0).client_seconds(90_001) == 91
    assert start_clock("manual", 0).client_seconds(0) == 0


def test_a_clock_that_reaches_for_a_moment_goes_there_and_never_back() -> None:
    clock = start_clock("auto", NOON_MS, start_ms=1000)
    assert clock.reach(1001, NOON_MS).at(NOON_MS) == 1001
    assert clock.reach(1000, NOON_MS) == clock
    assert clock.reach(999, NOON_MS) == clock
