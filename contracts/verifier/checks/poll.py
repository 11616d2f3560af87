"""The status query."""

from collections.abc import Iterator

from contracts.sdk import Call, Check, Session, Skip, at_pointer, messages, validate

_HEADERS = "headers_json"


def _unknown_id(session: Session) -> Iterator[object]:
    answer = session.probe(session.authorization())
    yield from session.expect(answer, session.subject.unknown_message)


def _headers(session: Session) -> Iterator[object]:
    if _HEADERS not in messages(session.subject.name):
        raise Skip("no document says which headers a reply has")
    answer = session.probe(session.authorization())
    yield from validate(session.subject.name, _HEADERS, dict(answer.headers))


def _reply(session: Session) -> Iterator[object]:
    for answer in session.polled().polls:
        yield from session.judge(answer)
        if not session.expect(answer, session.subject.unknown_message):
            yield f"the job was forgotten: {answer}"


def _same_id(session: Session) -> Iterator[object]:
    job = session.polled()
    for answer in job.polls:
        for found, value in _ids(session, answer.json):
            if found and value != job.task_id:
                yield f"asked for {job.task_id}, got {value}"


def _ids(session: Session, body: object) -> list[tuple[bool, object]]:
    return [at_pointer(body, where) for where in session.subject.told_ids]


def _missing_id(session: Session) -> Iterator[object]:
    answer = session.call("GET", "/api/v1/veo/record-info")
    yield from session.expect(answer, "error_422", "error_400", "error_500")


def _unknown_upgrade(session: Session) -> Iterator[object]:
    path = f"/api/v1/veo/get-1080p-video?taskId={session.subject.unknown_id}"
    yield from session.expect(session.call("GET", path), "error_422")


_PROBE = (Call("GET", "{poll}"),)

CHECKS = (
    Check("poll.unknown_id", "MUST", "an unknown id is refused in the documented envelope",
          "seed 000; recorded: record-info-not-found, 2026-07-03; "
          "docs: docs.apimart.ai/cn/api-reference/tasks/status",
          _unknown_id, calls=_PROBE),
    Check("poll.headers", "SHOULD", "the content type of replies is the documented one",
          "recorded: aspect-ratio-probe, 2026-08-06", _headers, calls=_PROBE),
    Check("poll.missing_id", "SHOULD", "a query without taskId is refused in the envelope",
          "inferred", _missing_id, ("kie",), (Call("GET", "/api/v1/veo/record-info"),)),
    Check("poll.unknown_upgrade", "MUST", "1080p of an unknown task is refused with 422",
          "recorded: get-1080p-video of an unknown task, 2026-07-03", _unknown_upgrade,
          ("kie",), (Call("GET", "/api/v1/veo/get-1080p-video"),)),
    Check("poll.reply", "MUST", "every status reply has the documented form of its state",
          "seed 000; seed 001; docs: docs.apimart.ai/en/api-reference/tasks/status",
          _reply, job=True),
    Check("poll.same_id", "MUST", "a status reply names the job that was asked for",
          "seed 000; seed 001; docs: docs.apimart.ai/en/api-reference/tasks/status",
          _same_id, job=True),
)  # fmt: skip
