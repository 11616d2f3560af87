"""The client left a job, and its next job asks for nearly the same."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import (
    Evidence,
    Finding,
    Job,
    Sighting,
    is_near,
    jobs,
    next_after,
    was_left,
    wish,
)


def _look(evidence: Evidence) -> Iterator[Sighting]:
    by_key: dict[str, list[Job]] = {}
    for job in jobs(evidence):
        by_key.setdefault(job.task.key, []).append(job)
    for made in by_key.values():
        yield from _left(evidence, made)


def _left(evidence: Evidence, made: list[Job]) -> Iterator[Sighting]:
    for job in made:
        later = next_after(made, job.last_seq)
        if later is None or wish(evidence, later.created) == wish(evidence, job.created):
            continue
        if is_near(job, later) and was_left(evidence, job, later):
            signs = tuple(sign.seq for sign in job.signs[-1:])
            what = f"task {job.task.id} was left, and task {later.task.id} asks for nearly the same"
            entries = (job.created.seq, *signs, later.created.seq)
            yield Sighting(what, entries, later.task.id)


FINDING = Finding(
    "submitted_rephrased",
    "warning",
    "left a paid job and asked for nearly the same",
    "A job that you leave is still made and paid. Another prompt, model or size does not cancel "
    "it. Your user pays for both jobs and gets one video.",
    "Create the next job only when the first one has ended: when its failure was told and "
    "refunded, or when its video was fetched and the user did not like it. If a job takes too "
    "long, keep its id.",
    "A job that was left: the last call or acknowledged callback about it came before the next "
    "creation, it was not refunded, and the client did not get its result. And a next prompt that "
    "shares nearly all its words.",
    "A later call about the first job, its refunded failure, or a download of its video before "
    "the next creation.",
    _look,
)
