"""A job that does not end was asked for long after the time at which one should give up."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence, by_task, seconds
from mockserver.domain.finding import Finding, NotJudged, Sighting

TOLERANCE = 1.5


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.clock != "real":
        return NotJudged(
            f"no header tells a deadline, and spans are not comparable under a clock in mode "
            f"{evidence.clock}"
        )
    return _long(evidence)


def _long(evidence: Evidence) -> Iterator[Sighting]:
    for task_id, polls in by_task(evidence.exchanges("poll")):
        advice = evidence.advice(polls[0])
        limit_ms = evidence.advised_ms(advice.deadline_ms) if advice else None
        if limit_ms is None:
            continue
        span_ms = evidence.gap_ms(polls[0], polls[-1])
        if span_ms > limit_ms * TOLERANCE:
            what = f"asked for {seconds(span_ms)}, where {seconds(limit_ms)} is advised as the end"
            yield Sighting(what, (polls[0].seq, polls[-1].seq), task_id)


FINDING = Finding(
    "polled_without_deadline",
    "error",
    "polled without a deadline",
    "Some jobs never end. A loop without a deadline holds its worker for ever, and nobody is told.",
    "Give up after the advised time (10 minutes on all three providers), keep the task id, and say "
    "so. The job can be looked at again later.",
    _look,
)
