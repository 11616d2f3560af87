"""The reply to a creation."""

from collections.abc import Iterator

from contracts.sdk import Check, Session


def _reply(session: Session) -> Iterator[object]:
    job = session.job
    yield from session.judge(job.created)
    if job.task_id is None:
        yield f"no task id at {session.subject.task_id}: {job.created}"


def _known_at_once(session: Session) -> Iterator[object]:
    job = session.polled()
    if not session.expect(job.polls[0], session.subject.unknown_message):
        yield f"the id that create gave is unknown: {job.polls[0]}"


CHECKS = (
    Check("create.reply", "MUST", "a creation is answered in its documented form, with an id",
          "seed 000; seed 001; seed 003", _reply, job=True),
    Check("create.known_at_once", "MUST", "the id is known to the status query at once",
          "seed 000; seed 001; seed 003", _known_at_once, job=True),
)  # fmt: skip
