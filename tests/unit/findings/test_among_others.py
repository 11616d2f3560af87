"""A finding sees a mistake among much that was done right, whichever came first."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.journal.journal import Closed, Entry, Sent
from tests.unit.findings import clients, story
from tests.unit.findings.story import Story, sightings
from tests.unit.findings.test_findings import NAMES, told

DAY_MS = 24 * 3_600_000
SETTLED = {
    ("took_cut_stream_for_success", "after"): "one stream that came to its end is enough",
    ("took_cut_stream_for_success", "before"): "one stream that came to its end is enough",
    ("accepted_truncated_media", "before"): "a later job of the same wish takes its place",
    ("used_expired_url", "before"): "a later call may have asked for a new link",
}
"""What an earlier or a later day makes good, with the reason."""


def settings(evidence: Evidence) -> tuple[object, ...]:
    return (evidence.clock, evidence.rate, evidence.speed, evidence.harmless, evidence.client)


def moved(entry: Entry, by: int) -> Entry:
    """The entry behind `by` others."""
    if isinstance(entry, Sent | Closed):
        entry = replace(entry, of=entry.of + by)
    return replace(entry, seq=entry.seq + by)


def joined(stories: list[Evidence]) -> tuple[Evidence, list[range]]:
    """One client's life out of several stories, and the numbers that each of them has in it."""
    entries: list[Entry] = []
    numbers = []
    for each in stories:
        begin = len(entries)
        entries += [moved(entry, begin) for entry in each.entries]
        numbers.append(range(begin + 1, len(entries) + 1))
    whole = replace(
        stories[-1],
        entries=tuple(entries),
        tasks=tuple(task for each in stories for task in each.tasks),
        deliveries=tuple(delivery for each in stories for delivery in each.deliveries),
    )
    return whole, numbers


def apart(name: str, number: int, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    """A story with jobs of its own, on a day of its own."""
    monkeypatch.setattr(clients, "A", f"{2 * number:032x}")
    monkeypatch.setattr(clients, "B", f"{2 * number + 1:032x}")
    monkeypatch.setattr(story, "START_MS", 1_700_000_000_000 + number * DAY_MS)
    return told(name)


@pytest.mark.parametrize("when", ["after", "before"])
@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_seen_beside_all_that_was_done_right(
    name: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = [apart(f"avoids_{other}", n, monkeypatch) for n, other in enumerate(NAMES, 3)]
    wrong = apart(f"does_{name}", 2 if when == "before" else len(NAMES) + 3, monkeypatch)
    like = [each for each in right if settings(each) == settings(wrong)]
    whole, numbers = joined([wrong, *like] if when == "before" else [*like, wrong])
    own = numbers[0 if when == "before" else -1]
    seen = [each for each in sightings(name, whole) if set(each.entries) & set(own)]
    assert bool(like and seen) == ((name, when) not in SETTLED)


def test_calls_of_a_provider_without_advice_hide_no_poll_without_end() -> None:
    story = Story()
    story.poll("0", provider="unknown")  # the first in order
    story.create(clients.A)
    for _ in range(40):
        story.wait(30_000).poll(clients.A)
    assert len(sightings("polled_without_deadline", story.evidence())) == 1


@pytest.mark.parametrize("pause_ms", [30_000, 1000], ids=["at the advised pace", "too few"])
def test_failures_that_were_met_well_hide_no_storm_of_the_same_call(pause_ms: int) -> None:
    story = Story()
    for status in (503, 503, 200):
        story.poll(clients.A, status=status)
        story.wait(pause_ms)
    for _ in range(5):
        story.poll(clients.A, status=503)
        story.wait(1000)
    (seen,) = sightings("retried_without_backoff", story.evidence())
    assert seen.entries == (4, 5, 6, 7, 8)


def test_a_job_that_was_followed_to_the_end_hides_no_job_that_was_left() -> None:
    long, left, again = "1" * 32, "2" * 32, "3" * 32
    story = Story()
    story.create(long)
    story.create(left)
    story.wait(20_000).poll(left)
    story.wait(20_000).create(again)
    story.wait(60_000).poll(long)
    (seen,) = sightings("submitted_twice", story.evidence())
    assert seen.task_id == again


def test_a_job_that_was_replaced_hides_no_other_that_came_in_part() -> None:
    replaced, whole, cut = "1" * 32, "2" * 32, "3" * 32
    story = Story()
    story.create(replaced)
    story.sent(story.download(replaced), 500, whole=False)
    story.create(whole)
    story.fetch(whole)
    story.create(cut, {"prompt": "a dog"})
    story.sent(story.download(cut), 500, whole=False)
    (seen,) = sightings("accepted_truncated_media", story.evidence(exit_code=0))
    assert seen.task_id == cut
