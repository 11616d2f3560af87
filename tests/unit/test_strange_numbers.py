"""What is no number, or one beyond all measure, is refused by each reader of numbers, or ignored."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, nan
from typing import Any

import click
import pytest

from clientlib._codec import integer, percent
from mockserver.app import _start_ms
from mockserver.cli.sandbox import _units
from mockserver.cli.verify import _endpoint
from mockserver.domain.fault.fault import Parameter
from mockserver.domain.fault.rule import check_nth
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import fraction, number, span_ms, whole_number
from mockserver.domain.job.plan import State
from mockserver.domain.time.moment import moment_ms
from mockserver.providers.kie.status import flag

HUGE = 10**400
DIGITS = "9" * 5000
FULL_WIDTH = "\uff11\uff12"  # 12 in full-width digits, which int() and float() take
WORDS = ["nan", "inf", "-inf", "1e999", "--5", "1_0", "0x10", "", FULL_WIDTH, "9" * 400, DIGITS]
VALUES: list[object] = [*WORDS, HUGE, -HUGE, 10**5000, nan, float("inf"), True, None, [], {}]
"""Neither of these is a number for anybody; True is none either."""

PARAMETERS = [Parameter(kind, "") for kind in ("count", "number", "share", "place", "span")]  # type: ignore[arg-type]
READERS: dict[str, Callable[[Any], object]] = {
    "share": lambda given: fraction({"x": given}, "x", 0.0),
    "span": lambda given: span_ms(given, "x"),
    "moment": lambda given: moment_ms(given, "x"),
    **{
        f"parameter {parameter.kind}": lambda given, p=parameter: p.read("x", given)
        for parameter in PARAMETERS
    },
}


def _ids(value: object) -> str:
    return str(value)[:12] if not isinstance(value, int) or abs(value) < HUGE else "huge"


@pytest.mark.parametrize("given", VALUES, ids=_ids)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_refuses_it_by_name(reader: str, given: object) -> None:
    with pytest.raises(BadInput) as refused:
        READERS[reader](given)
    assert refused.value.field == "x"
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("given", VALUES, ids=_ids)
def test_it_is_no_number(given: object) -> None:
    assert (number(given), whole_number(given)) == (None, None)
    assert (integer(given), percent(given)) == (None, None)


@pytest.mark.parametrize("given", WORDS[:-1], ids=_ids)
def test_it_is_no_option_and_no_setting(given: str) -> None:
    with pytest.raises(click.UsageError, match="is not a number of units"):
        _units("kie", given)
    with pytest.raises(BadInput, match="listen"):
        _endpoint(f"127.0.0.1:{given}")
    with pytest.raises(BadInput, match="call"):
        check_nth(given, "call")
    if given:
        with pytest.raises(BadInput, match="clock_start"):
            _start_ms(given)


@pytest.mark.parametrize(
    ("given", "read"), [(" 7 ", 7.0), ("-1.5e3", -1500.0), (".5", 0.5), (3, 3)]
)
def test_what_is_a_number_is_one(given: object, read: float) -> None:
    found = number(given)
    assert found == read
    assert found is not None
    assert isfinite(found)


def test_a_word_of_digits_beyond_all_measure_stands_for_itself() -> None:
    assert flag(_state("7")) == 7
    assert flag(_state(DIGITS)) == DIGITS
    assert flag(_state(FULL_WIDTH)) == FULL_WIDTH


def _state(word: str) -> State:
    return State("running", 0, 0, None, word)
