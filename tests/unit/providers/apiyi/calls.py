"""Requests, tasks and contexts for tests of the APIYI codec: no server, no clock."""

from __future__ import annotations

import json
from typing import Any

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import Plan, Results, Step, state_at
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Accepted, Found, Submit
from mockserver.domain.provider.provider import Context, Inbound, Part
from mockserver.domain.reply.reply import Reply
from mockserver.domain.time.clock import start_clock
from mockserver.providers.apiyi import PROVIDER
from mockserver.providers.apiyi.status import FAILURES

SEED = "5eed" * 8
CREATED_MS = 1_762_181_811_000  # the time of the sample stream
RUNNING_MS = CREATED_MS + 5_000
DONE_MS = CREATED_MS + 115_000
TASK_ID = "video_abc123"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
OPERATIONS = {operation.name: operation for operation in PROVIDER.operations}


def context(request: Inbound | None = None, now_ms: int = DONE_MS, **dialect: str) -> Context:
    for switch, value in dialect.items():
        PROVIDER.check_dialect(switch, value)
    return Context(
        now_ms=now_ms,
        sandbox_id="sb1",
        seed=SEED,
        clock=start_clock("manual", now_ms),
        dialect=PROVIDER.dialect_with(dialect),
        base_url="http://127.0.0.1:8080",
        request=request,
    )


def posted(body: object, path: str = "/v1/videos") -> Inbound:
    """A call with a JSON body; bytes go as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Inbound("POST", path, body=data)


def form(*files: bytes, **fields: str) -> Inbound:
    """A creation as the SDKs send it: every field a text, files as `input_reference`."""
    parts = [Part(name, value.encode()) for name, value in fields.items()]
    parts += [Part("input_reference", data, "/tmp/a b/x.png", "image/png") for data in files]
    return Inbound("POST", "/v1/videos", form=tuple(parts))


def decoded(name: str, inbound: Inbound, **dialect: str) -> Submit:
    command = OPERATIONS[name].decode(inbound, context(inbound, **dialect))
    assert isinstance(command, Submit)
    return command


def chatted(dialect: dict[str, str] | None = None, **fields: Any) -> Submit:
    """What is read from a chat; model and message are there unless they are given."""
    body = {"model": "veo-3.1", "messages": [{"role": "user", "content": "a pig"}]} | fields
    return decoded("chat", posted(body, "/v1/chat/completions"), **(dialect or {}))


def plan(results: Results | None = None, *, failure: str = "") -> Plan:
    """110 s of work that end well, or in one of APIYI's failures."""
    last = (
        Step(DONE_MS, "failed", 60.0, failure=FAILURES[failure])
        if failure
        else Step(DONE_MS, "succeeded", 100.0)
    )
    return Plan(
        steps=(
            Step(CREATED_MS, "queued"),
            Step(RUNNING_MS, "running", 0.0, 100.0),
            last,
            Step(DONE_MS + PROVIDER.retention_ms, "expired"),
        ),
        seed=SEED,
        known_ms=CREATED_MS,
        content_ms=DONE_MS,
        results=results or Results(),
        ticks=PROVIDER.ticks,
    )


def task(results: Results | None = None, *, failure: str = "", **changes: Any) -> Task:
    fields = {
        "id": TASK_ID,
        "ordinal": 1,
        "provider": "apiyi",
        "operation": "create",
        "key": "",
        "model": "veo-3.1",
        "prompt": "画小猫",
        "created_ms": CREATED_MS,
        "plan": plan(results, failure=failure),
        "base_url": "http://127.0.0.1:8080",
        "orientation": "portrait",
    }
    return Task(**(fields | changes))


def found(of: Task, now_ms: int = DONE_MS) -> Found:
    return Found(of, state_at(of.plan, now_ms))


def status(of: Task, now_ms: int = DONE_MS, **dialect: str) -> Any:
    """The body of the status of a task at a time."""
    asked = Inbound("GET", f"/v1/videos/{of.id}")
    context_ = context(now_ms=now_ms, **dialect)
    return body_of(OPERATIONS["status"].encode(found(of, now_ms), asked, context_))


def content(of: Task, accept: str | None = None, now_ms: int = DONE_MS, **dialect: str) -> Reply:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    asked = Inbound("GET", f"/v1/videos/{of.id}/content", headers=headers)
    context_ = context(now_ms=now_ms, **dialect)
    return OPERATIONS["content"].encode(found(of, now_ms), asked, context_)


def chat_reply(of: Task, reply_as: Any = "stream", **dialect: str) -> Reply:
    asked = Inbound("POST", "/v1/chat/completions")
    return OPERATIONS["chat"].encode(Accepted(of, reply_as), asked, context(**dialect))


def body_of(reply: Reply) -> Any:
    """The JSON of a reply."""
    assert isinstance(reply.body, bytes)
    return json.loads(reply.body)


def answered(kind: str, *, message: str | None = None, **dialect: str) -> tuple[int, Any]:
    """Status and body of a refusal."""
    reply = PROVIDER.refuse(Refusal(kind, "field: a reason", message=message), context(**dialect))
    return reply.status, body_of(reply)
