"""When a rule strikes: pure, from facts and a few numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.fault.match import asleep, left_out, spent
from mockserver.domain.fault.rule import FaultRule, FaultWhen, is_nth, moment_ms, settled
from mockserver.domain.input.errors import BadInput
from mockserver.domain.time.clock import Instant

NOW_MS = 1_767_225_600_000
NOW = Instant(NOW_MS, 0)


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        (3, [3]),
        ("3", [3]),
        ("2-4", [2, 3, 4]),
        ("8-", [8, 9]),
        ("every 4", [4, 8]),
        ([1, 9], [1, 9]),
    ],
)
def test_a_pattern_means_these_numbers(pattern: int | str | list[int], numbers: list[int]) -> None:
    assert [n for n in range(1, 10) if is_nth(pattern, n)] == numbers


@pytest.mark.parametrize(
    ("given_", "at_ms"),
    [
        ("90s", NOW_MS + 90_000),
        (str(NOW_MS + 1), NOW_MS + 1),
        ("2026-01-01T00:00:07Z", NOW_MS + 7000),
        ("2026-01-01T01:00:00+01:00", NOW_MS),
    ],
)
def test_a_moment_is_a_span_from_now_or_a_date(given_: int | str, at_ms: int) -> None:
    assert moment_ms(given_, NOW_MS, "until") == at_ms


@pytest.mark.parametrize("given_", [5, 5000, 99_999_999_999])
def test_a_number_before_the_first_date_is_no_moment(given_: int) -> None:
    with pytest.raises(BadInput, match="with its unit"):
        moment_ms(given_, NOW_MS, "until")
    assert moment_ms(100_000_000_000, NOW_MS, "until") == 100_000_000_000


def test_a_rule_cannot_end_before_it_begins() -> None:
    with pytest.raises(BadInput, match="after `from`"):
        settled(FaultRule("http_error", from_="2m", until="1m"), NOW)


def test_a_rule_sleeps_before_its_beginning_and_is_healed_after_its_end() -> None:
    rule = settled(FaultRule("http_error", from_="1m", until="2m"), NOW)
    reasons = [asleep(rule, NOW.later(minutes * 60_000)) for minutes in range(4)]
    assert reasons == ["not begun", "", "healed", "healed"]


def test_spans_of_a_rule_pass_in_either_time_where_both_count() -> None:
    rule = settled(FaultRule("http_error", from_="1m", until="2m"), NOW)
    stood = [Instant(NOW_MS, minutes * 60_000) for minutes in range(3)]
    assert [asleep(rule, now, in_either=True) for now in stood] == ["not begun", "", "healed"]
    assert [asleep(rule, now) for now in stood] == ["not begun"] * 3


def test_a_dated_end_counts_virtual_time_alone() -> None:
    rule = settled(FaultRule("http_error", until="2026-01-01T00:00:07Z"), NOW)
    assert asleep(rule, Instant(NOW_MS, 10**15), in_either=True) == ""
    assert asleep(rule, Instant(NOW_MS + 7000, 0), in_either=True) == "healed"


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1))
def test_a_rule_fires_when_the_roll_is_below_its_probability(roll: float, chance: float) -> None:
    rule = FaultRule("http_error", probability=chance)
    assert (left_out(rule, 1, 1, roll) == "") == (roll < chance)


@given(st.integers(0, 5), st.integers(1, 5))
def test_skip_passes_over_the_first_and_times_limits_the_rest(skip: int, times: int) -> None:
    rule = FaultRule("http_error", skip=skip, times=times)
    fired = [n for n in range(1, 20) if not spent(rule, n)]
    assert fired == list(range(skip + 1, skip + times + 1))


def test_another_call_and_another_attempt_are_told_apart() -> None:
    rule = FaultRule("http_error", when=FaultWhen(call=2, attempt=1))
    assert left_out(rule, 1, 1, 0.0) == "another call is meant"
    assert left_out(rule, 2, 2, 0.0) == "another attempt is meant"
    assert left_out(rule, 2, 1, 0.0) == ""
