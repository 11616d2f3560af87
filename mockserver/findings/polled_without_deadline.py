"""The client asked for a job that does not end, long after the time at which it should give up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mockserver.sdk.finding import (
    Evidence,
    Exchange,
    Finding,
    NotJudged,
    Sighting,
    by_task,
    seconds,
)

TOLERANCE = 1.5
USUAL_TIMES = 5


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
        first, last = _longest(evidence, polls, limit_ms / 2)
        span_ms = evidence.gap_ms(first, last)
        if span_ms > limit_ms * TOLERANCE:
            what = f"asked for {seconds(span_ms)}, where {seconds(limit_ms)} is advised as the end"
            if evidence.hastens != 1:
                span, limit = (seconds(ms * evidence.hastens) for ms in (span_ms, limit_ms))
                what += f" (at the speed of the real provider: {span} and {limit})"
            yield Sighting(what, (first.seq, last.seq), task_id)


def _longest(
    evidence: Evidence, polls: Sequence[Exchange], pause_ms: float
) -> tuple[Exchange, Exchange]:
    """The first and last call of the longest stretch without a long pause.

    A client that looks again after a long pause has given up before. A pause is long if it lasts at
    least `pause_ms` and several times as long as the usual pause. One pause does not say what is usual.
    """
    gaps_ms = sorted(evidence.gap_ms(before, after) for before, after in pairwise(polls))
    if len(gaps_ms) > 1:  # gaps are whole milliseconds: a shorter gap shows as 0 or 1
        pause_ms = max(pause_ms, USUAL_TIMES * max(1, gaps_ms[len(gaps_ms) // 2]))
    best = first = (polls[0], polls[0])
    for before, after in pairwise(polls):
        start = after if evidence.gap_ms(before, after) > pause_ms else first[0]
        first = (start, after)
        best = max(best, first, key=lambda ends: evidence.gap_ms(*ends))
    return best


FINDING = Finding(
    "polled_without_deadline",
    "error",
    "polled without a deadline",
    "Some jobs never end. A loop without a deadline holds its worker for ever, and nobody notices.",
    "Give up after the advised time (10 minutes for all three providers), keep the task id, and "
    "report it. You can look at the job again later.",
    "The longest stretch of status calls of one task without a long pause, compared with the time "
    "after which the provider advises to give up.",
    "A loop that ends at the advised time. A client that looks at the job again much later is not "
    "meant.",
    _look,
)
