"""The client asked for a job's status more often than the provider advises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from mockserver.sdk.finding import (
    Evidence,
    Exchange,
    Finding,
    NotJudged,
    Sighting,
    Task,
    by_task,
    counted,
    failed_downloads,
    header,
    seconds,
    whole_number,
)

TOLERANCE = 0.9
CLOCK_MS = 1  # a gap may be this much longer than the clock shows
FAST_GAPS = 2  # one early call may be an accident
PACE_HEADER = b"openai-poll-after-ms"


def _look(evidence: Evidence) -> tuple[Sighting, ...] | NotJudged:
    seen = tuple(_fast(evidence))
    if evidence.clock == "real" or not _untold(evidence):
        return seen
    reason = f"advised paces are not comparable under a clock in mode {evidence.clock}"
    return NotJudged(reason, seen)


def _fast(evidence: Evidence) -> Iterator[Sighting]:
    failed, tasks = failed_downloads(evidence), evidence.tasks_by_id()
    for task_id, polls in by_task(evidence.exchanges("poll")):
        gaps = [
            (pace_ms, before, after)
            for before, after in pairwise(polls)
            # a repeated call after a failure says nothing about the pace
            if evidence.means_success(before)
            and not evidence.harmed(before)
            and not _wants_a_new_link(evidence, tasks.get(task_id), failed, before, after)
            and (pace_ms := _pace_ms(evidence, before)) is not None
            and evidence.gap_ms(before, after) + CLOCK_MS <= pace_ms * TOLERANCE
        ]
        if len(gaps) >= FAST_GAPS:
            pace_ms, before, after = min(gaps, key=lambda gap: evidence.gap_ms(*gap[1:]))
            how = _told(evidence, before, evidence.gap_ms(before, after), pace_ms)
            what = f"asked {counted(len(gaps), 'time')} sooner than advised: {how}"
            yield Sighting(what, tuple(after.seq for _, _, after in gaps), task_id)


def _wants_a_new_link(
    evidence: Evidence,
    task: Task | None,
    failed: Mapping[str, Sequence[int]],
    before: Exchange,
    after: Exchange,
) -> bool:
    """Whether a client that knew of its job's success failed to download before it asked again."""
    if task is None or not evidence.told_the_end(before, task):
        return False
    return any(before.seq < seq < after.seq for seq in failed.get(task.id, ()))


def _told(evidence: Evidence, poll: Exchange, fastest_ms: float, pace_ms: float) -> str:
    """The fastest pause and the pace, in the client's seconds and in those of the real provider."""
    began = f"after {seconds(fastest_ms)} at the fastest"
    if header(poll, PACE_HEADER):
        return f"{began}; `openai-poll-after-ms` said {seconds(pace_ms)}"
    told = f"{began}; advised is {seconds(pace_ms)}"
    if evidence.hastens == 1:
        return told
    fastest, pace = (seconds(ms * evidence.hastens) for ms in (fastest_ms, pace_ms))
    return f"{told} (at the speed of the real provider: after {fastest}, advised is {pace})"


def _pace_ms(evidence: Evidence, poll: Exchange) -> float | None:
    """The pace that the client was told, in real milliseconds: by a header or by the documents."""
    told_ms = whole_number(header(poll, PACE_HEADER))
    if told_ms is not None:
        return told_ms
    advice = evidence.advice(poll)
    return evidence.advised_ms(advice.interval_ms) if advice else None


def _untold(evidence: Evidence) -> bool:
    return any(not header(poll, PACE_HEADER) for poll in evidence.exchanges("poll"))


FINDING = Finding(
    "polled_too_fast",
    "warning",
    "polled faster than advised",
    "A job takes minutes. If you ask more often, the video does not come sooner, and status calls "
    "count against limits too.",
    "Ask at the advised pace (APIYI 5 s, Kie 30 s, xcompute 2 s), or at the pace in "
    "`openai-poll-after-ms`. Slow down for long jobs. A callback is even better.",
    "Two or more pauses between status calls of one task that were shorter than the provider "
    "advises or its reply said. A call that follows a failed call does not count, and neither does one "
    "that asks for a new link after a failed download.",
    "Pauses in real time that are as long as advised.",
    _look,
)
