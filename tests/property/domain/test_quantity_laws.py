"""Shares and spans read the same however they are written, and nothing else is read at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import fraction, span_ms

UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@given(st.integers(0, 100))
def test_a_share_reads_the_same_with_and_without_percent(percent: int) -> None:
    assert fraction({"at": f"{percent}%"}, "at", 0.5) == pytest.approx(percent / 100)
    assert fraction({"at": percent / 100}, "at", 0.5) == pytest.approx(percent / 100)
    if percent > 1:
        assert fraction({"at": str(percent)}, "at", 0.5) == pytest.approx(percent / 100)


@given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.integers()))
def test_whatever_is_given_a_share_is_a_share_or_refused(given_: object) -> None:
    try:
        share = fraction({"at": given_}, "at", 0.5)
    except BadInput as error:
        assert error.field == "at"
    else:
        assert 0 <= share <= 1


@given(st.integers(0, 36_525), st.sampled_from(list(UNITS_MS)))
def test_a_span_is_a_number_of_its_unit(number: int, unit: str) -> None:
    assert span_ms(f"{number}{unit}") == number * UNITS_MS[unit]
    assert span_ms(number) == number


@given(st.integers(1, 10**18))
def test_a_text_without_a_unit_is_refused_but_for_nothing(number: int) -> None:
    with pytest.raises(BadInput, match="with its unit"):
        span_ms(f"{number}")
    assert span_ms("0") == 0


@given(st.text() | st.integers() | st.floats() | st.none() | st.booleans())
def test_whatever_is_given_a_span_is_a_span_or_refused(given_: object) -> None:
    try:
        span = span_ms(given_, "pause")
    except BadInput as error:
        assert error.field == "pause"
    else:
        assert isinstance(span, int)
        assert span >= 0
