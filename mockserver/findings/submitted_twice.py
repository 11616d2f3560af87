"""The same job was paid a second time: the first was left, or might have been accepted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockserver.domain.evidence import SUBMISSIONS, Evidence, seconds
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.followed import Job, jobs, may_be_two, next_after, was_left
from mockserver.domain.journal import Entry
from mockserver.domain.wish import wish


def _look(evidence: Evidence) -> Iterator[Sighting]:
    sent, by_seq = evidence.sent(), {job.created.seq: job for job in jobs(evidence)}
    for same in _same(evidence):
        told: set[int] = set()
        for first, again in pairwise(same):
            if evidence.is_ambiguous(first, sent) and may_be_two(evidence, first, again):
                told.add(first.seq)
                yield _in_doubt(evidence, first, again)
        paid = [by_seq[entry.seq] for entry in same if entry.seq in by_seq]
        for job in paid:
            later = next_after(paid, job.last_seq)
            if later is None or job.created.seq in told:
                continue
            if may_be_two(evidence, job.created, later.created) and was_left(evidence, job, later):
                yield _after_leaving(evidence, job, later)


def _same(evidence: Evidence) -> list[list[Entry]]:
    """Creations that ask for the same, each group in its order."""
    groups: dict[object, list[Entry]] = {}
    for entry in evidence.exchanges(*SUBMISSIONS):
        groups.setdefault(wish(evidence, entry), []).append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _in_doubt(evidence: Evidence, first: Entry, again: Entry) -> Sighting:
    came = "was accepted, so the job is paid twice" if first.task_id else "might have been"
    what = (
        f"{first.method} {first.path} was sent again after "
        f"{seconds(evidence.gap_ms(first, again))}; the first one {came}"
    )
    return Sighting(what, (first.seq, again.seq), again.task_id)


def _after_leaving(evidence: Evidence, job: Job, later: Job) -> Sighting:
    signs = tuple(sign.seq for sign in job.signs[-1:])
    span = seconds(evidence.gap_ms(job.created, later.created))
    what = (
        f"task {job.task.id} was left, and {span} after its creation the same was paid for again "
        f"as task {later.task.id}"
    )
    return Sighting(what, (job.created.seq, *signs, later.created.seq), later.task.id)


FINDING = Finding(
    "submitted_twice",
    "error",
    "paid for the same job twice",
    "A lost reply or a 408, 500, 502, 504 or 524 does not say whether the job was accepted, and a "
    "job that is left is made and paid all the same. APIYI and Kie have no idempotency key: a "
    "repeated creation is a second job.",
    "Repeat a creation only when it is certain that nothing was accepted (no connection, 429, 503). "
    "Otherwise stop, and tell your user what is known. Go on with the job that you have: keep its "
    "id, ask for it later, fetch its link anew. The OpenAI SDK repeats by itself: set max_retries=0 "
    "for creations.",
    _look,
)
