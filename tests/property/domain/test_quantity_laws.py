"""Shares and spans read the same however they are written, and nothing else is read at all."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import MAX_SPAN_MS, Span, fraction, span_ms, span_text

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


@given(st.integers(1) | st.floats(1e-9, 1e18))
def test_a_number_without_a_unit_is_refused_but_for_a_written_0(number: float) -> None:
    for given_ in (number, f"{number}"):
        with pytest.raises(BadInput, match="with its unit"):
            span_ms(given_)
    assert span_ms("0") == 0


@given(st.integers(0, MAX_SPAN_MS))
def test_a_span_that_we_write_is_read_as_the_same_span(ms: int) -> None:
    assert span_ms(span_text(ms)) == ms


def written() -> st.SearchStrategy[str]:
    """Texts of spans, right ones and nearly right ones."""
    part = st.tuples(
        st.sampled_from(["0", "7", "1.5", "1.", "-3", "٣"]), st.sampled_from([*UNITS_MS, ""])
    )
    return st.lists(part, min_size=1, max_size=3).map(lambda parts: "".join(map("".join, parts)))


@given(written())
def test_the_documented_pattern_of_a_span_is_what_is_read(text: str) -> None:
    schema = msgspec.json.schema(Span)
    try:
        span_ms(text)
    except BadInput:
        is_read = False
    else:
        is_read = True
    event(f"read: {is_read}")
    assert Draft202012Validator(schema).is_valid(text) == is_read


@pytest.mark.parametrize(("text", "is_read"), [("23h59m", True), ("59m23h", False), (5, False)])
def test_the_documented_pattern_of_a_span_knows_the_order_of_units(
    text: object, is_read: bool
) -> None:
    assert Draft202012Validator(msgspec.json.schema(Span)).is_valid(text) == is_read


@given(st.text() | st.integers() | st.floats() | st.none() | st.booleans())
def test_whatever_is_given_a_span_is_a_span_or_refused(given_: object) -> None:
    try:
        span = span_ms(given_, "pause")
    except BadInput as error:
        assert error.field == "pause"
    else:
        assert isinstance(span, int)
        assert span >= 0
