"""The client repeated failed calls: many times in a moment, or always after the same pause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockserver.sdk.finding import (
    Evidence,
    Exchange,
    Finding,
    NotJudged,
    Sighting,
    counted,
    repeats,
    seconds,
    told_to_wait_ms,
)

STORM_CALLS, STORM_GAP_MS = 5, 200
STEADY_CALLS, STEADY_RATIO = 4, 1.2
TOLERANCE = 0.9
TRANSIENT = frozenset({408, 425, 429, 503})


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.clock != "real":
        return NotJudged(f"pauses are not comparable under a clock in mode {evidence.clock}")
    return _storms(evidence)


def _storms(evidence: Evidence) -> Iterator[Sighting]:
    for run in repeats(evidence.exchanges()):
        for failing in _failing(evidence, run):
            if all(_was_due(evidence, a, b) for a, b in pairwise(failing)):
                continue
            gaps = [evidence.gap_ms(a, b) for a, b in pairwise(failing)]
            if len(failing) >= STORM_CALLS and sum(gaps) / len(gaps) < STORM_GAP_MS:
                how = f"in a storm, one every {seconds(sum(gaps) / len(gaps))}"
            elif len(failing) >= STEADY_CALLS and max(gaps) <= min(gaps) * STEADY_RATIO:
                how = f"always after about {seconds(gaps[0])}"
            else:
                continue
            what = f"{failing[0].operation} was repeated {counted(len(gaps), 'time')}, {how}"
            yield Sighting(what, tuple(call.seq for call in failing), failing[0].task_id)


def _was_due(evidence: Evidence, before: Exchange, after: Exchange) -> bool:
    """Whether a call was repeated at the right time.

    That is: as a reply said, or at the advised pace of polls.
    """
    told_ms, gap_ms = told_to_wait_ms(before), evidence.gap_ms(before, after)
    advice = evidence.advice(before) if before.call_phase == "poll" else None
    pace_ms = evidence.advised_ms(advice.interval_ms) if advice else None
    is_paced = pace_ms is not None and gap_ms >= pace_ms * TOLERANCE
    return is_paced or 0 < told_ms * TOLERANCE <= gap_ms


def _failing(evidence: Evidence, run: tuple[Exchange, ...]) -> Iterator[tuple[Exchange, ...]]:
    """Stretches in which every call except the last failed with an error that may pass."""
    sent = evidence.sent()
    stretch: list[Exchange] = []
    for call in run:
        stretch.append(call)
        if evidence.status(call) not in TRANSIENT and not evidence.is_ambiguous(call, sent):
            yield tuple(stretch)
            stretch = []
    yield tuple(stretch)


FINDING = Finding(
    "retried_without_backoff",
    "warning",
    "retries without backoff, or in a storm",
    "When a provider is down, clients that all come back after the same short pause keep it down. "
    "As soon as it is up, they run into its rate limits.",
    "Wait longer after each failure: double the pause up to a maximum. Choose a random pause "
    "between zero and that. Stop after a total deadline.",
    "The pauses between repeated calls that failed with an error that may pass: five calls within "
    "a moment, or four with about the same pause.",
    "Pauses that grow and are longer than a moment: 200 ms on average. "
    "Pauses that a Retry-After asked for do not count, and neither do polls at "
    "the advised pace.",
    _look,
)
