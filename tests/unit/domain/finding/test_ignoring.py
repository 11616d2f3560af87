"""Findings that a project lives with: what is set aside, until when, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import Struct

from mockserver.domain.finding.ignoring import Aside, Ignore, check, sift, since
from mockserver.domain.input.errors import BadInput

TODAY = date(2026, 3, 1)
KNOWN = ("polled_too_fast", "submitted_twice")


class Seen(Struct, frozen=True):
    name: str


FAST, TWICE = Seen("polled_too_fast"), Seen("submitted_twice")


def test_what_is_ignored_is_set_aside_with_its_reason_and_its_count() -> None:
    found = sift([FAST, TWICE, FAST], [Ignore("polled_too_fast", "ticket 7")], KNOWN, TODAY)
    assert found.kept == (TWICE,)
    assert found.aside == (Aside("polled_too_fast", 2, "ticket 7"),)
    assert found.notes == ()


def test_without_a_rule_everything_counts() -> None:
    found = sift([FAST, TWICE], [], KNOWN, TODAY)
    assert found.kept == (FAST, TWICE)
    assert found.aside == ()


@pytest.mark.parametrize(
    ("until", "counts"),
    [(date(2026, 2, 28), True), (date(2026, 3, 1), False), (date(2026, 3, 2), False)],
    ids=["the day before", "its last day", "a later day"],
)
def test_a_rule_holds_to_the_end_of_its_last_day(until: date, counts: bool) -> None:
    found = sift([FAST], [Ignore("polled_too_fast", "soon", until)], KNOWN, TODAY)
    assert (found.kept == (FAST,)) is counts
    assert (found.aside == ()) is counts


def test_a_rule_that_has_run_out_is_told() -> None:
    gone = Ignore("polled_too_fast", "soon", date(2026, 2, 1))
    found = sift([FAST], [gone], KNOWN, TODAY)
    assert found.notes == ("ignored until 2026-02-01 and no longer: polled_too_fast",)


def test_a_rule_that_meets_nothing_is_told() -> None:
    found = sift([TWICE], [Ignore("polled_too_fast", "ticket 7")], KNOWN, TODAY)
    assert found.kept == (TWICE,)
    assert found.aside == ()
    assert found.notes == ("ignored, but not found: polled_too_fast",)


def test_a_finding_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean 'polled_too_fast'"):
        sift([], [Ignore("poled_too_fast", "ticket 7")], KNOWN, TODAY)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(BadInput, match="why polled_too_fast does not count"):
        check([Ignore("polled_too_fast", reason)])
    check([Ignore("polled_too_fast", "ticket 7")])


def test_what_the_baseline_has_as_often_does_not_count() -> None:
    found = since([FAST, TWICE, FAST], {"polled_too_fast": 2})
    assert found.kept == (TWICE,)
    assert found.aside == (Aside("polled_too_fast", 2, "in the baseline"),)
    assert found.notes == ()


def test_more_than_the_baseline_has_counts_and_is_told() -> None:
    found = since([FAST, FAST], {"polled_too_fast": 1})
    assert found.kept == (FAST, FAST)
    assert found.aside == ()
    assert found.notes == ("polled_too_fast: 2, the baseline has 1",)


def test_what_the_baseline_does_not_have_counts_without_a_word() -> None:
    found = since([TWICE], {"polled_too_fast": 3})
    assert found.kept == (TWICE,)
    assert found.notes == ()
