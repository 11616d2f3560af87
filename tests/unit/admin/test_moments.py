"""Moments as they are given and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mockserver.admin.responses.time import iso
from mockserver.domain.input.errors import BadInput
from mockserver.domain.time.clock import LAST_MS
from mockserver.domain.time.moment import moment_ms


@given(st.integers(min_value=0, max_value=LAST_MS))
@effort(max_examples=50)
def test_what_is_shown_may_be_given(at_ms: int) -> None:
    assert (
        moment_ms(iso(at_ms), "to")
        == moment_ms(at_ms, "to")
        == moment_ms(str(at_ms), "to")
        == at_ms
    )


def test_a_clock_beyond_the_calendar_is_shown_as_its_end() -> None:
    assert iso(LAST_MS * 9) == iso(LAST_MS) == "9999-12-31T23:59:59.999Z"


def test_a_zone_counts() -> None:
    assert moment_ms("1970-01-01T01:00:00+01:00", "to") == 0


@pytest.mark.parametrize("value", [-1, LAST_MS + 1, True, None, 1.5, "", "soon", "1969-12-31", "٣"])
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(BadInput):
        moment_ms(value, "to")
