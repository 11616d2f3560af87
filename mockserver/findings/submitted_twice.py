"""The client paid for the same job twice, or risked it:

it left the first one, or did not know if it was accepted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from mockserver.sdk.finding import (
    SUBMISSIONS,
    Evidence,
    Exchange,
    Finding,
    Job,
    Sighting,
    jobs,
    may_be_two,
    next_after,
    seconds,
    was_left,
    wish,
)


def _look(evidence: Evidence) -> Iterator[Sighting]:
    sent, by_seq = evidence.sent(), {job.created.seq: job for job in jobs(evidence)}
    for same in _same(evidence):
        told, at_once = set[int](), _at_once(evidence, same, by_seq)
        for first, again in pairwise(same):
            if not _can_be_two(evidence, at_once, first, again):
                continue
            if evidence.is_ambiguous(first, sent):
                told.add(first.seq)
                yield _in_doubt(evidence, first, again)
        paid = [by_seq[entry.seq] for entry in same if entry.seq in by_seq]
        for job in paid:
            later = next_after(paid, job.last_seq)
            if later is None or job.created.seq in told:
                continue
            two = _can_be_two(evidence, at_once, job.created, later.created)
            if two and was_left(evidence, job, later):
                yield _after_leaving(evidence, job, later)


def _same(evidence: Evidence) -> list[list[Exchange]]:
    """Groups of creations that ask for the same; each group is in its order."""
    groups: dict[object, list[Exchange]] = {}
    for entry in evidence.exchanges(*SUBMISSIONS):
        groups.setdefault(wish(evidence, entry), []).append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _at_once(evidence: Evidence, same: list[Exchange], by_seq: dict[int, Job]) -> dict[int, int]:
    """The sets of equal creations, by number, of which several jobs ran at the same time.

    If one creation of such a set went wrong, the others did not repeat it: a client that repeats a
    creation stops after the first success.
    """
    found: dict[int, int] = {}
    for number, calls in enumerate(_together(evidence, same, by_seq)):
        if sum(_is_clear(evidence, entry) for entry in calls) > 1:
            found.update((entry.seq, number) for entry in calls)
    return found


def _together(
    evidence: Evidence, same: list[Exchange], by_seq: dict[int, Job]
) -> Iterator[list[Exchange]]:
    """Creations in sets.

    Each came while the client followed a job of its set, or right after another.
    """
    others = [e.seq for e in evidence.exchanges() if e.key == same[0].key]
    calls, until_seq = [same[0]], 0
    for before, entry in pairwise(same):
        if before.seq in by_seq:
            until_seq = max(until_seq, by_seq[before.seq].last_seq)
        right_after = bisect_left(others, entry.seq) - bisect_left(others, before.seq) == 1
        if entry.seq > until_seq and not right_after:
            yield calls
            calls = []
        calls.append(entry)
    yield calls


def _is_clear(evidence: Evidence, created: Exchange) -> bool:
    accepted = bool(created.task_id) and evidence.means_success(created)
    return accepted and not evidence.harmed(created)


def _can_be_two(
    evidence: Evidence, at_once: dict[int, int], first: Exchange, again: Exchange
) -> bool:
    """Whether the second creation can be a repetition of the first that makes a second job."""
    together = first.seq in at_once and at_once[first.seq] == at_once.get(again.seq)
    is_one_of_many = together and not _is_clear(evidence, first)
    return not is_one_of_many and may_be_two(evidence, first, again)


def _in_doubt(evidence: Evidence, first: Exchange, again: Exchange) -> Sighting:
    came = "the client could not know whether the first one was accepted"
    if first.task_id:
        came = "the first one was accepted"
        if again.task_id:
            came = "both were accepted, so there are two jobs"
    what = (
        f"{first.method} {first.path} was sent again after "
        f"{seconds(evidence.gap_ms(first, again))}; {came}"
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
    "paid for the same job twice, or risked it",
    "A lost reply or a 408, 500, 502, 504 or 524 does not say whether the job was accepted. And a "
    "job that you leave is still made and paid. APIYI and Kie have no idempotency key: a repeated "
    "creation is a second job. xcompute has one: a creation that is repeated with the same "
    "Idempotency-Key and the same body gives the first job again.",
    "At xcompute, send an Idempotency-Key with each creation, and repeat it with the same key. "
    "Elsewhere, repeat a creation only if nothing was accepted for certain (no connection, 429, "
    "503). In all "
    "other cases stop, and tell your user what is known. Go on with the job that you have: keep "
    "its id, ask for it later, ask for a new link. The OpenAI SDK repeats by itself: set "
    "max_retries=0 for creations.",
    "Two creations that differ only in seeds and callback addresses. Either the reply to the "
    "first did not say whether it was accepted, or named no id. Or the client left the first job: "
    "after the second creation nothing more came about it, its video was not fetched, and it was "
    "not refunded.",
    "A later call about the first job, its refunded failure, a download of its video, or a "
    "repeated key if the provider has an idempotency header. If several of the creations that are "
    "sent at the same time are accepted, they do not repeat each other. One that is accepted beside "
    "one that fails cannot be told from a repetition.",
    _look,
)
