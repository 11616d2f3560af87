"""Kie's jobs API, which serves every model. Here it is asked for Veo."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from contracts.sdk import (
    Body,
    Call,
    Check,
    Job,
    Level,
    Session,
    Subject,
    at_pointer,
    check_history,
    shown,
    validate,
)

_CREATE, _RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
_MODELS = "/api/v1/models"
_NOBODYS = "f" * 32
_PAGE = "docs: docs.kie.ai/market/common/get-task-detail, 2026-10"
_VEO = "docs: docs.kie.ai/veo3-api/generate-veo-3-video, 2026-10-09"


def _body(tier: str, callback_url: str | None) -> Body:
    fields = {"prompt": "A cat on a wall", "model": tier, "aspect_ratio": "16:9"}
    body: Body = {"model": "veo-3-1", "input": fields}
    return body | ({"callBackUrl": callback_url} if callback_url else {})


def _subject(session: Session) -> Subject:
    """The same provider through its other API."""
    return replace(
        session.subject,
        task="job",
        create_path=_CREATE,
        create_body=_body,
        poll_path=f"{_RECORD}?taskId={{id}}",
        succeeded="success",
        callback_message="jobs_callback",
        media=(),
    )


def _job(session: Session) -> Iterator[object]:
    job = session.follow(_subject(session))
    yield from session.judge(job.created)
    if job.task_id is None:
        yield f"no task id at {session.subject.task_id}: {job.created}"
        return
    for answer in job.polls:
        yield from session.judge(answer)
        found, told = at_pointer(answer.json, "/data/taskId")
        if found and told != job.task_id:
            yield f"asked for {job.task_id}, got {told}"
    yield from check_history(session.subject.name, job.history, "job")
    if not job.terminal:
        yield f"after {session.deadline_ms // 1000} s the job had not ended"
    yield from _result(job)
    for delivery in job.deliveries:
        yield from validate(session.subject.name, "jobs_callback", delivery.json)


def _result(job: Job) -> Iterator[object]:
    """`response` is `resultJson`, parsed [recorded]. Older records do not have it."""
    record = job.final.json if job.final else None
    (has_text, text), (has_object, parsed) = (
        at_pointer(record, where) for where in ("/data/resultJson", "/data/response")
    )
    if has_text and has_object and isinstance(text, str) and json.loads(text) != parsed:
        yield f"resultJson and response differ: {shown(text)} and {shown(parsed)}"


def _unknown_id(session: Session) -> Iterator[object]:
    answer = session.call("GET", f"{_RECORD}?taskId={_NOBODYS}")
    yield from session.expect(answer, "error_422", "error_404")


def _missing_id(session: Session) -> Iterator[object]:
    yield from session.expect(session.call("GET", _RECORD), "error_400", "error_422")


def _models(session: Session) -> Iterator[object]:
    # Only one call: the catalogue accepts one in a second.
    answer = session.call("GET", _MODELS)
    yield from session.judge(answer)
    if not at_pointer(answer.json, "/data/models")[0]:
        yield f"no list of models: {answer}"


def _refused(**changes: object) -> Callable[[Session], Iterator[object]]:
    """A creation with other fields. If the prompt is None, `input` has no prompt."""

    def run(session: Session) -> Iterator[object]:
        answer = session.call("POST", _CREATE, body=_body(session.model, None) | changes)
        yield from session.expect(answer, "error_422", "error_400", "error_500")

    return run


def _paid(name: str, level: Level, title: str, source: str, **changes: object) -> Check:
    calls = (Call("POST", f"{_CREATE} (wrong)", creates=1),)
    return Check(f"jobs.{name}", level, title, source, _refused(**changes), ("kie",), calls)


CHECKS = (
    Check("jobs.unknown_id", "MUST", "a record of the jobs API that is unknown is refused",
          f"observed: 2025-12 to 2026-10; {_PAGE}", _unknown_id, ("kie",), (Call("GET", _RECORD),)),
    Check("jobs.missing_id", "SHOULD", "a query of the jobs API without taskId is refused",
          _PAGE, _missing_id, ("kie",), (Call("GET", _RECORD),)),
    Check("jobs.models", "SHOULD", "the models of the jobs API are listed in the recorded form",
          "recorded: 2026-10", _models, ("kie",), (Call("GET", _MODELS),)),
    _paid("unknown_model", "MUST", "the jobs API refuses an unknown model",
          "observed: 2026-08-04", model="unknown/model"),
    _paid("missing_prompt", "SHOULD", "the jobs API refuses Veo without a prompt", _VEO, input={}),
    Check("jobs.job", "MUST", "a job of the jobs API is created, told and ended as documented",
          f"recorded; {_PAGE}; {_VEO}", _job, ("kie",),
          (Call("POST", _CREATE, creates=1), Call("GET", _RECORD))),
)  # fmt: skip
