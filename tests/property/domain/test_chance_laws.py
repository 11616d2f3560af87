"""Chance depends on what it is for and nothing else; spans stay within their cuts and rise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.chance.chance import Spread, roll

CHANCES = st.floats(0, 1, exclude_max=True)


@st.composite
def spreads(draw: st.DrawFn) -> Spread:
    """Any spread that is in order."""
    low, median, high = sorted(draw(st.integers(0, 10**7)) for _ in range(3))
    return Spread(low, median, high)


@given(spreads(), CHANCES)
def test_a_draw_lies_within_the_cuts(spread: Spread, chance: float) -> None:
    assert spread.low_ms <= spread.draw(chance) <= spread.high_ms


@given(spreads(), CHANCES, CHANCES)
def test_more_chance_is_never_a_shorter_span(spread: Spread, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert spread.draw(low) <= spread.draw(high)


@given(st.text(max_size=8), st.lists(st.integers() | st.text(max_size=4), max_size=4))
def test_a_roll_is_a_share_and_repeats(seed: str, parts: list[object]) -> None:
    rolled = roll(seed, *parts)
    assert 0 <= rolled < 1
    assert roll(seed, *parts) == rolled


@given(st.text(max_size=5), st.integers(0, 1000))
def test_rolls_for_different_things_differ(seed: str, number: int) -> None:
    assert roll(seed, "a", number) != roll(seed, "b", number)
    assert roll(seed, "a", number) != roll(seed, "a", number + 1)
