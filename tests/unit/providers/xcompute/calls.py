"""Requests and contexts for tests of the xcompute codec: no server, no clock."""

from __future__ import annotations

import json
from typing import Any

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import Plan, Results, Step
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Submit
from mockserver.domain.provider.provider import Context, Inbound
from mockserver.domain.reply.reply import Reply
from mockserver.domain.time.clock import start_clock
from mockserver.providers.xcompute import PROVIDER
from mockserver.providers.xcompute.decode import create
from mockserver.providers.xcompute.status import FAILURES

CREATED_MS = 1_765_000_891_000  # the times of the observed task
DONE_MS = 1_765_001_046_000
TASK_ID = "task_01KBS40K78KGHZ9SDBWQSGSXRK"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def context(request: Inbound | None = None, now_ms: int = DONE_MS, **dialect: str) -> Context:
    return Context(
        now_ms=now_ms,
        sandbox_id="sb1",
        seed="seed",
        clock=start_clock("manual", now_ms),
        dialect=PROVIDER.dialect_with(dialect),
        base_url="http://127.0.0.1:8080",
        request=request,
    )


def posted(body: object, path: str = "/v1/videos/generations") -> Inbound:
    """A creation with a JSON body; bytes go as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Inbound("POST", path, body=data)


def submitted(dialect: dict[str, str] | None = None, **fields: Any) -> Submit:
    """What is read from a creation; model and prompt are there unless they are given."""
    body = {"model": "veo3.1-fast", "prompt": "a dolphin"} | fields
    return create(posted(body), context(**(dialect or {})))


def task(results: Results | None = None, *, failure: str = "", **changes: Any) -> Task:
    """The observed task: created, 155 s of work, done."""
    last = (
        Step(DONE_MS, "failed", 60.0, failure=FAILURES[failure])
        if failure
        else Step(DONE_MS, "succeeded", 100.0)
    )
    plan = Plan(
        steps=(
            Step(CREATED_MS, "queued"),
            Step(CREATED_MS + 5000, "running", 0.0, 100.0),
            last,
            Step(DONE_MS + 86_400_000, "expired"),
        ),
        seed="seed",
        known_ms=CREATED_MS,
        content_ms=DONE_MS,
        results=results or Results(),
    )
    fields = {
        "id": TASK_ID,
        "ordinal": 1,
        "provider": "xcompute",
        "operation": "create",
        "key": "",
        "model": "veo3.1-fast",
        "prompt": "a dolphin",
        "created_ms": CREATED_MS,
        "plan": plan,
        "base_url": "http://127.0.0.1:8080",
        "price_micros": 140_000,
        "estimated_ms": 600_000,
    }
    return Task(**(fields | changes))


def body_of(reply: Reply) -> Any:
    """The JSON of a reply."""
    assert isinstance(reply.body, bytes)
    return json.loads(reply.body)


def answered(kind: str, request: Inbound | None = None, **dialect: str) -> tuple[int, Any]:
    """Status and body of a refusal."""
    reply = PROVIDER.refuse(Refusal(kind, "a reason"), context(request, **dialect))
    return reply.status, body_of(reply)
