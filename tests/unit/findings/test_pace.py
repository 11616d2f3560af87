"""Pace is judged in the client's own seconds, and only where they can be compared."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.finding.finding import NotJudged
from mockserver.domain.time.clock import Mode
from tests.unit.findings.story import START_MS, Story, outcome, sightings

A = "1" * 32


def polls_every(gap_ms: int, story: Story, **fields: object) -> Evidence:
    story.create(A)
    for _ in range(4):
        story.wait(gap_ms).poll(A, **fields)
    return story.evidence()


def test_an_advised_pace_is_divided_by_the_speed() -> None:
    assert sightings("polled_too_fast", polls_every(600, Story(speed=60))) == ()
    assert sightings("polled_too_fast", polls_every(400, Story(speed=60))) != ()


@pytest.mark.parametrize(
    ("story", "gap_ms", "fields", "told"),
    [
        (
            Story(speed=60),
            400,
            {},
            "after 0.4 s at the fastest; advised is 0.5 s (at the speed of the real provider: "
            "after 24 s, advised is 30 s)",
        ),
        (
            Story(speed=6, rate=10),
            400,
            {},
            "after 0.4 s at the fastest; advised is 0.5 s (at the speed of the real provider: "
            "after 24 s, advised is 30 s)",
        ),
        (Story(speed=1), 2000, {}, "after 2 s at the fastest; advised is 30 s"),
        (
            Story("auto", speed=60),
            10,
            {"reply_headers": ((b"openai-poll-after-ms", b"5000"),)},
            "after 0.01 s at the fastest; `openai-poll-after-ms` said 5 s",
        ),
    ],
)
def test_a_pace_is_told_in_the_clients_seconds_and_in_those_of_the_provider(
    story: Story, gap_ms: int, fields: dict[str, object], told: str
) -> None:
    (found,) = sightings("polled_too_fast", polls_every(gap_ms, story, **fields))
    assert found.what == f"asked 3 times sooner than advised: {told}"


def test_the_fastest_pause_is_told_with_the_pace_of_its_own_reply() -> None:
    story = Story()
    story.create(A)
    for pace_ms, gap_ms in ((5000, 2000), (4000, 1000), (3000, 2000)):
        story.poll(A, reply_headers=((b"openai-poll-after-ms", b"%d" % pace_ms),))
        story.wait(gap_ms)
    story.poll(A)
    (found,) = sightings("polled_too_fast", story.evidence())
    told = "after 1 s at the fastest; `openai-poll-after-ms` said 4 s"
    assert found.what == f"asked 3 times sooner than advised: {told}"


def test_a_deadline_is_told_in_the_seconds_of_the_provider_too() -> None:
    (found,) = sightings("polled_without_deadline", polls_every(20_000, Story(speed=60)))
    assert found.what.endswith(
        "is advised as the end (at the speed of the real provider: 3600 s and 600 s)"
    )


def test_two_polls_within_a_millisecond_are_not_faster_than_half_of_one() -> None:
    assert sightings("polled_too_fast", polls_every(0, Story(speed=60_000))) == ()
    assert sightings("polled_too_fast", polls_every(0, Story(speed=6_000))) != ()


def test_an_advised_pace_is_divided_by_the_rate_of_the_clock() -> None:
    assert sightings("polled_too_fast", polls_every(3100, Story(rate=10))) == ()
    assert sightings("polled_too_fast", polls_every(2000, Story(rate=10))) != ()


def test_a_deadline_is_divided_by_the_speed() -> None:
    assert sightings("polled_without_deadline", polls_every(2000, Story(speed=60))) == ()
    assert sightings("polled_without_deadline", polls_every(20_000, Story(speed=60))) != ()


@pytest.mark.parametrize("mode", ["manual", "auto"])
@pytest.mark.parametrize(
    "name", ["polled_too_fast", "polled_without_deadline", "retried_without_backoff"]
)
def test_advice_is_not_judged_under_a_clock_that_stands(mode: Mode, name: str) -> None:
    seen = outcome(name, polls_every(10, Story(mode)))
    assert isinstance(seen, NotJudged)
    assert mode in seen.reason
    assert seen.seen == ()


@pytest.mark.parametrize("mode", ["manual", "auto"])
def test_what_a_header_told_is_judged_under_every_clock(mode: Mode) -> None:
    told = ((b"openai-poll-after-ms", b"5000"),)
    evidence = polls_every(10, Story(mode), reply_headers=told)
    assert len(sightings("polled_too_fast", evidence)) == 1


def test_a_pace_told_by_a_header_wins_over_the_documents() -> None:
    told = ((b"openai-poll-after-ms", b"100"),)
    assert sightings("polled_too_fast", polls_every(150, Story(), reply_headers=told)) == ()


def test_a_client_that_moves_a_manual_clock_has_waited() -> None:
    story = Story("manual")
    refused = {"status": 429, "reply_headers": ((b"retry-after", b"10"),)}
    story.create(**refused, virtual_ms=START_MS, real_ms=START_MS)
    story.create(A, virtual_ms=START_MS + 10_000, real_ms=START_MS + 1)
    assert sightings("ignored_retry_after", story.evidence()) == ()


@pytest.mark.parametrize("wait_ms", [1000, 31_000])
def test_retry_after_may_be_a_date(wait_ms: int) -> None:
    story = Story()
    date = formatdate(START_MS / 1000 + 30, usegmt=True).encode()
    story.create(status=503, reply_headers=((b"retry-after", date),))
    story.wait(wait_ms).create(A)
    assert len(sightings("ignored_retry_after", story.evidence())) == (wait_ms < 30_000)


def test_a_retry_after_that_says_nothing_is_not_judged() -> None:
    story = Story()
    story.create(status=503, reply_headers=((b"retry-after", b"soon"),))
    story.create(A)
    assert sightings("ignored_retry_after", story.evidence()) == ()


def test_five_failures_within_a_second_are_a_storm() -> None:
    story = Story()
    for gap_ms in (5, 50, 100, 200, 400):
        story.poll(A, status=503)
        story.wait(gap_ms)
    seen = sightings("retried_without_backoff", story.evidence())
    assert "storm" in seen[0].what


@pytest.mark.parametrize(
    ("gaps_ms", "found"),
    [((1000, 1000, 1200), 1), ((1000, 1000, 1201), 0), ((0, 0, 0), 1), ((0, 0, 1), 0)],
)
def test_pauses_are_the_same_where_the_longest_is_a_fifth_over_the_shortest_at_most(
    gaps_ms: tuple[int, ...], found: int
) -> None:
    story = Story()
    story.create(A)
    story.wait(60_000).poll(A, status=500)
    for gap_ms in gaps_ms:
        story.wait(gap_ms).poll(A, status=500)
    assert len(sightings("retried_without_backoff", story.evidence())) == found
