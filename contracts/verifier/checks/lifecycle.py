"""The states that the shared job passes through."""

from collections.abc import Iterator

from contracts.sdk import Check, Session, Skip, at_pointer, check_history, shown


def _steps(session: Session) -> Iterator[object]:
    if not session.polled().history:
        raise Skip("no state was seen")
    yield from check_history(session.subject.name, session.job.history)


def _ends(session: Session) -> Iterator[object]:
    job = session.polled()
    if not job.terminal:
        last = job.history[-1].status if job.history else "no state at all"
        yield f"after {session.deadline_ms // 1000} s the job was still: {last}"


def _final(session: Session) -> Iterator[object]:
    final = session.polled().final
    if final is None:
        raise Skip("the job did not end")
    ended = session.job.polls.index(final)
    for later in session.job.polls[ended + 1 :]:
        if later.json != final.json:
            yield f"after its end the job changed from {shown(final.json)} to {shown(later.json)}"


def _constant(session: Session) -> Iterator[object]:
    polls = session.polled().polls
    for where in session.subject.constant:
        told = [at_pointer(answer.json, where) for answer in polls]
        values = {shown(value) for found, value in told if found}
        if len(values) > 1:
            yield f"{where} changed between polls: {', '.join(sorted(values))}"


CHECKS = (
    Check("lifecycle.steps", "MUST", "states follow one another as documented, progress rises",
          "seed 000; seed 001; docs: docs.apimart.ai/en/api-reference/tasks/status",
          _steps, job=True),
    Check("lifecycle.ends", "MUST", "the job ends within the advised patience",
          "code: threezhang/docs; seed 001; docs: docs.apimart.ai/en/development",
          _ends, job=True),
    Check("lifecycle.final", "MUST", "a job that has ended does not change any more",
          "seed 000; seed 001", _final, job=True),
    Check("lifecycle.constant", "SHOULD", "id, time and request stay the same over all polls",
          "recorded; client (observed)", _constant, job=True),
)  # fmt: skip
