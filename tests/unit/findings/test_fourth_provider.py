"""Judges know no provider by its name: they ask the provider's record."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.domain.provider.judging import Judging, http_status, no_task
from mockserver.domain.provider.provider import PollAdvice, Provider
from tests.unit.findings.fourth import NO_MONEY, FourthStory
from tests.unit.findings.story import outcome, sightings

A, B = "1" * 32, "2" * 32


def test_a_code_in_a_foreign_body_is_no_http_status() -> None:
    story = FourthStory()
    story.create(A)
    for _ in range(5):
        story.wait(30_000).poll(A)
    (seen,) = sightings("polled_after_the_end", story.evidence())
    assert seen.entries == (3, 4, 5, 6)


def test_a_success_of_a_foreign_envelope_may_be_asked_for_again() -> None:
    story = FourthStory()
    story.create(A)
    story.create(B)
    assert sightings("retried_in_vain", story.evidence()) == ()


def test_a_refusal_is_what_the_provider_says_it_is() -> None:
    story = FourthStory()
    for _ in range(2):
        story.create(reply=NO_MONEY)
    (seen,) = sightings("retried_in_vain", story.evidence())
    assert "402" in seen.what


def test_parameters_are_those_of_the_provider() -> None:
    story = FourthStory()
    story.create(A, request_body=b'{"text": "a cat", "shapes": "wide"}')
    (seen,) = sightings("sent_ignored_parameter", story.evidence())
    assert seen.what == "`shapes` is ignored; did you mean `shape`?"


def test_a_callback_is_about_the_task_that_the_provider_reads_in_it() -> None:
    for named, count in ((B, 1), (A, 0)):
        story = FourthStory()
        story.create(A)
        story.wait(60_000).callback(A, body={"job": {"ref": named}})
        assert len(sightings("trusted_foreign_callback", story.evidence(exit_code=0))) == count


def test_the_pace_is_the_providers() -> None:
    for gap_ms, count in ((500, 1), (1100, 0)):
        story = FourthStory()
        story.create(A)
        for _ in range(4):
            story.wait(gap_ms).poll(A)
        assert len(sightings("polled_too_fast", story.evidence())) == count


def test_an_integer_code_in_a_foreign_body_says_nothing() -> None:
    story = FourthStory()
    for _ in range(2):
        story.create(reply={"code": 402, "outcome": "ok"})
    assert sightings("retried_in_vain", story.evidence()) == ()


def test_a_call_whose_parameters_the_provider_does_not_list_is_not_judged_by_them() -> None:
    story = FourthStory()
    story.create(A, operation="make_long", request_body=b'{"text": "a cat", "shapes": "wide"}')
    seen = outcome("sent_ignored_parameter", story.evidence())
    assert (seen.reason, seen.seen) == ("no document lists the parameters of lumen make_long", ())


@pytest.mark.parametrize("left_out", ["status", "created_id", "callback_id"])
def test_a_provider_cannot_leave_out_what_its_replies_mean(left_out: str) -> None:
    given = {"status": http_status, "created_id": no_task, "callback_id": no_task}
    Judging(**given)
    del given[left_out]
    with pytest.raises(TypeError, match=left_out):
        Judging(**given)


def test_a_provider_cannot_leave_out_its_record_for_judges_or_its_deadline() -> None:
    for record, name in ((Provider, "judging"), (PollAdvice, "deadline_ms")):
        (needed,) = [one for one in msgspec.structs.fields(record) if one.name == name]
        assert needed.required
