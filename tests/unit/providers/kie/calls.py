"""Requests, tasks and contexts for tests of the Kie codec: no server, no clock."""

from __future__ import annotations

import json
from typing import Any

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import Plan, Results, Step, state_at
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Found, Outcome, Submit
from mockserver.domain.provider.provider import Context, Inbound, Operation
from mockserver.domain.reply.reply import Reply
from mockserver.domain.time.clock import start_clock
from mockserver.providers.kie import PROVIDER
from mockserver.providers.kie.status import FAILURES

CREATED_MS = 1_785_999_477_000  # the times of the recorded task
DONE_MS = 1_785_999_577_000
REAL_MS = 1_793_200_000_999  # what the clock on the wall says
TASK_ID = "0123456789abcdef0123456789abcdef"
VEO = "/api/v1/veo"
OPERATIONS = {operation.name: operation for operation in PROVIDER.operations}
PARAMS = {
    "aspectRatio": "16:9",
    "enableFallback": False,
    "enableTranslation": True,
    "model": "veo3_fast",
    "prompt": "A cat",
}


def context(
    request: Inbound | None = None, now_ms: int = DONE_MS, webhook_key: str = "", **dialect: str
) -> Context:
    for switch, value in dialect.items():
        PROVIDER.check_dialect(switch, value)
    return Context(
        now_ms=now_ms,
        real_ms=REAL_MS,
        sandbox_id="sb1",
        seed="seed",
        clock=start_clock("manual", now_ms),
        dialect=PROVIDER.dialect_with(dialect),
        base_url="http://127.0.0.1:8080",
        webhook_key=webhook_key,
        request=request,
    )


def posted(name: str, body: object) -> Inbound:
    """A call with a JSON body; bytes go as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Inbound("POST", OPERATIONS[name].path, body=data)


def asked(name: str, query: str = f"taskId={TASK_ID}") -> Inbound:
    """A call that reads."""
    return Inbound("GET", OPERATIONS[name].path, query)


def submitted(dialect: dict[str, str] | None = None, **fields: Any) -> Submit:
    """What is read from a creation; the prompt is there unless it is given."""
    request = posted("generate", {"prompt": "A cat"} | fields)
    command = OPERATIONS["generate"].decode(request, context(**(dialect or {})))
    assert isinstance(command, Submit)
    return command


def plan(results: Results | None = None, *, failure: str = "") -> Plan:
    """100 s of work that end well, or in one of Kie's failures."""
    last = (
        Step(DONE_MS, "failed", 60.0, failure=FAILURES[failure])
        if failure
        else Step(DONE_MS, "succeeded", 100.0)
    )
    return Plan(
        steps=(
            Step(CREATED_MS, "queued"),
            Step(CREATED_MS + 5000, "running", 0.0, 100.0),
            last,
            Step(DONE_MS + PROVIDER.retention_ms, "expired"),
        ),
        seed="seed",
        known_ms=CREATED_MS,
        content_ms=DONE_MS,
        hd_ms=None if failure else DONE_MS + 90_000,
        results=results or Results(),
    )


def task(results: Results | None = None, *, failure: str = "", **changes: Any) -> Task:
    """The recorded task."""
    fields = {
        "id": TASK_ID,
        "ordinal": 1,
        "provider": "kie",
        "operation": "generate",
        "key": "",
        "model": "veo3_fast",
        "prompt": "A cat",
        "created_ms": CREATED_MS,
        "plan": plan(results, failure=failure),
        "base_url": "http://127.0.0.1:8080",
        "params": PARAMS,
        "price_micros": 60_000_000,
    }
    return Task(**(fields | changes))


def replied(name: str, outcome: Outcome, context_: Context) -> Any:
    """The body of the reply to an outcome."""
    operation: Operation[Any] = OPERATIONS[name]
    return body_of(operation.encode(outcome, Inbound(operation.method, operation.path), context_))


def record(of: Task, context_: Context) -> Any:
    """The record of a task at the context's time."""
    return replied("record_info", Found(of, state_at(of.plan, context_.now_ms)), context_)


def body_of(reply: Reply) -> Any:
    """The JSON of a reply."""
    assert isinstance(reply.body, bytes)
    return json.loads(reply.body)


def answered(
    kind: str, request: Inbound | None = None, *, message: str | None = None, **dialect: str
) -> tuple[int, Any]:
    """HTTP status and body of a refusal."""
    refusal = Refusal(kind, "field: a reason", message=message, task_id="X")
    reply = PROVIDER.refuse(refusal, context(request, **dialect))
    return reply.status, body_of(reply)
