"""Everything lies on one axis of virtual time."""

from __future__ import annotations

import pytest

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.finding.timeline import BEGIN, Moment, Place, entry_moments
from tests.support.some import some
from tests.unit.findings.story import Story, moments_of, struck

A = "1" * 32


def timeline(evidence: Evidence) -> tuple[Moment, ...]:
    return tuple(moments_of(evidence)[0])


def test_calls_states_and_callbacks_lie_in_the_order_of_virtual_time() -> None:
    story = Story()
    story.create(A)
    story.wait(30_000).poll(A)
    story.wait(40_000).callback(A)
    moments = timeline(story.evidence())
    assert [(m.after_ms, m.kind) for m in moments] == [
        (0, "request"),
        (0, "state"),
        (30_000, "request"),
        (60_000, "state"),
        (70_000, "callback"),
    ]


def test_what_has_not_come_yet_is_not_shown() -> None:
    story = Story()
    story.create(A)
    assert "succeeded" not in " ".join(m.what for m in timeline(story.evidence()))


def test_a_struck_call_names_its_fault() -> None:
    story = Story()
    story.create(status=503, faults=struck("http_error"))
    moment = timeline(story.evidence())[0]
    assert moment.faults == ("http_error",)
    assert moment.bad


def test_a_reply_that_was_cut_is_shown_and_a_whole_one_is_not() -> None:
    story = Story()
    story.sent(story.download(A), 500, whole=False)
    story.sent(story.download(A), 1000)
    kinds = [m.kind for m in timeline(story.evidence())]
    assert kinds.count("reply") == 1


def test_a_callback_tells_the_answer_or_why_there_is_none() -> None:
    story = Story()
    story.callback(A, 500)
    story.callback(A, 0, reason="nobody listens")
    told = [moment.what for moment in timeline(story.evidence())]
    assert told == ["callback, attempt 1 -> 500", "callback, attempt 1 -> nobody listens"]


def test_a_call_without_an_answer_is_told_so() -> None:
    story = Story()
    story.create(status=0, faults=struck("reset"))
    (moment,) = timeline(story.evidence())
    assert moment.what == "POST /api/v1/veo/generate -> no answer"
    assert moment.bad


@pytest.mark.parametrize(
    ("task_id", "shown"),
    [("1" * 14, "1" * 14), ("1" * 15, "1" * 13 + "…")],
)
def test_an_id_of_more_than_fourteen_characters_is_cut(task_id: str, shown: str) -> None:
    story = Story()
    story.create(task_id)
    states = [moment.what for moment in timeline(story.evidence()) if moment.kind == "state"]
    assert states
    assert all(f" {shown} " in f" {what} " for what in states)


def test_an_empty_sandbox_has_an_empty_time_line() -> None:
    assert timeline(Story().evidence()) == ()


def test_pages_of_any_size_are_together_the_whole() -> None:
    story = Story()
    story.create(A)
    story.wait(30_000).poll(A)
    story.create("2" * 32)
    story.wait(40_000).callback(A)
    whole, none = moments_of(story.evidence())
    assert none is None
    for limit in some(range(1, len(whole) + 1)):
        pages: list[Moment] = []
        after: Place | None = BEGIN
        while after is not None:
            page, after = moments_of(story.evidence(), after, limit)
            assert 0 < len(page) <= limit
            pages += page
        assert pages == whole


def test_the_end_of_a_reply_hides_no_call_behind_it() -> None:
    story = Story()
    story.sent(story.create(A))
    story.wait(30_000).poll(A)
    moments = [moment for _, moment in entry_moments(story.evidence().entries)]
    assert [moment.kind for moment in moments] == ["request", "request"]
