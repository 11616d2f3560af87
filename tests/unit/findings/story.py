"""Builds evidence the way a client makes it: call by call, on a clock that the story moves."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from mockserver.domain.finding.evidence import ClientRun, Evidence
from mockserver.domain.finding.finding import Sighting
from mockserver.domain.finding.timeline import (
    BEGIN,
    Axis,
    Moment,
    Place,
    entry_moments,
    state_moments,
)
from mockserver.domain.job.plan import Failure, Plan, Results, Step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import DeliveryTried, Entry, Exchange, Matched, Sent
from mockserver.domain.provider.provider import Provider
from mockserver.domain.reply.performed import Performed
from mockserver.domain.time.clock import Mode
from mockserver.engine.registry import Registry

START_MS = 1_700_000_000_000
DONE_AFTER_MS = 60_000
PATHS = {"create": "/api/v1/veo/generate", "poll": "/api/v1/veo/record-info"}
JSON = ((b"content-type", b"application/json"),)
VIDEO = ((b"content-type", b"video/mp4"),)
SSE = ((b"content-type", b"text/event-stream; charset=utf-8"),)
_PROVIDERS: Registry[Provider] = Registry("mockserver.providers", "PROVIDER")
PROVIDERS = {name: _PROVIDERS.get(name) for name in _PROVIDERS.names()}


def moments_of(
    evidence: Evidence, after: Place = BEGIN, limit: int = 10_000
) -> tuple[list[Moment], Place | None]:
    """A page of the time line, and where the next begins; it takes in what is last first."""
    axis = Axis(after, limit)
    for entry in reversed(evidence.entries):
        axis.take(entry_moments([entry]))
    axis.take(state_moments(evidence.tasks, evidence.now_ms))
    return axis.page()


def outcome(name: str, evidence: Evidence) -> Any:
    """What a finding says about evidence: sightings as a tuple, or NotJudged."""
    finding: Any = Registry("mockserver.findings", "FINDING").get(name)
    assert finding.name == name
    seen = finding.look(evidence)
    return tuple(seen) if not hasattr(seen, "reason") else seen


def sightings(name: str, evidence: Evidence) -> tuple[Sighting, ...]:
    """The sightings of a finding that could judge the evidence."""
    seen = outcome(name, evidence)
    assert isinstance(seen, tuple), seen
    return seen


class Story:
    """One client's life in one sandbox."""

    providers = PROVIDERS

    def __init__(
        self,
        clock: Mode = "real",
        speed: float = 1.0,
        rate: float = 1.0,
        harmless: tuple[str, ...] = (),
    ) -> None:
        self.at_ms = START_MS
        self._entries: list[Entry] = []
        self._tasks: list[Task] = []
        self._settings: dict[str, Any] = {"clock": clock, "speed": speed, "rate": rate}
        self._settings["harmless"] = frozenset(harmless)

    def wait(self, span_ms: int) -> Story:
        """Time passes."""
        self.at_ms += span_ms
        return self

    def add(self, kind: type[Entry], **fields: Any) -> int:
        """Any entry of a provider's; gives its number."""
        given: dict[str, Any] = {"real_ms": self.at_ms, "virtual_ms": self.at_ms, "provider": "kie"}
        self._entries.append(kind(seq=len(self._entries) + 1, **(given | fields)))
        return len(self._entries)

    def call(self, phase: str, status: int = 200, reply: Any = None, **fields: Any) -> int:
        """A call with a JSON reply; gives its number."""
        given: dict[str, Any] = {
            "key": "k1",
            "operation": {"poll": "record_info", "create": "generate"}.get(phase, phase),
            "call_phase": phase,
            "method": "POST" if phase in ("create", "stream") else "GET",
            "path": PATHS.get(phase, f"/{phase}"),
            "status": status,
            "reply_headers": JSON,
            "reply_body": json.dumps({"code": 200} if reply is None else reply).encode(),
        }
        return self.add(Exchange, **(given | fields))

    def create(self, task_id: str = "", body: Any = None, **fields: Any) -> int:
        """A submission; with a task id it was accepted, its task is kept and the reply names it."""
        asked = {"prompt": "a cat"} | (body or {})
        given: dict[str, Any] = {"task_id": task_id, "request_body": json.dumps(asked).encode()}
        if task_id:
            self._tasks.append(task(task_id, self.at_ms, asked))
            given["reply"] = {"code": 200, "data": {"taskId": task_id}}
        return self.call("create", **(given | fields))

    def chat(self, task_id: str, prompt: str = "a cat", **fields: Any) -> int:
        """A streamed job; `sent` says how its stream ended."""
        self._tasks.append(task(task_id, self.at_ms, {"prompt": prompt}))
        body = {"messages": [{"role": "user", "content": prompt}]}
        given: dict[str, Any] = {
            "provider": "apiyi",
            "operation": "chat",
            "task_id": task_id,
            "request_body": json.dumps(body).encode(),
            "reply_headers": SSE,
            "reply_body": b"",
        }
        return self.call("stream", **(given | fields))

    def poll(self, task_id: str, **fields: Any) -> int:
        """A status call."""
        return self.call("poll", task_id=task_id, query=f"taskId={task_id}", **fields)

    def download(self, task_id: str, status: int = 200, **fields: Any) -> int:
        """A download; its reply is whole unless `lose` says otherwise."""
        path = f"/media/sb/{task_id}-0-720p.mp4"
        given = {"path": path, "task_id": task_id, "key": "", "reply_headers": VIDEO}
        return self.call("download", status, "", **({"reply_body": b""} | given | fields))

    def fetch(self, task_id: str, span: str = "", size_bytes: int = 0, **fields: Any) -> int:
        """A download that came: all of it, or a span such as `0-499/1000`, or `size_bytes` of it."""
        headers = (*VIDEO, (b"content-range", f"bytes {span}".encode())) if span else VIDEO
        call = self.download(task_id, 206 if span else 200, reply_headers=headers, **fields)
        first, last = map(int, span.partition("/")[0].split("-")) if span else (0, 999)
        asked_bytes = last - first + 1
        self.sent(call, size_bytes or asked_bytes, whole=size_bytes in (0, asked_bytes))
        return call

    def sent(
        self,
        of: int,
        size_bytes: int = 1000,
        *,
        whole: bool = True,
        gone: bool = False,
        done: bool = False,
        asset: str = "v",
    ) -> int:
        """How the reply of an exchange was performed."""
        performed = Performed(size_bytes, status=200, whole=whole, gone=gone)
        return self.add(Sent, of=of, performed=performed, done=done, asset=asset)

    def callback(self, task_id: str, status: int = 200, body: Any = None, **fields: Any) -> int:
        """An attempt to deliver a callback, and what the receiver answered."""
        content = json.dumps(body or {"code": 200, "data": {"taskId": task_id}}).encode()
        given = {"task_id": task_id, "status": status, "request_body": content}
        given |= {"url": "http://h/c", "delivery": "d", "attempt": 1, "state": "pending"}
        return self.add(DeliveryTried, **(given | fields))

    def evidence(
        self, exit_code: int | None = None, *, over: bool = False, in_campaign: bool = False
    ) -> Evidence:
        """The whole; with an exit code as a campaign sees it."""
        run = ClientRun(exit_code) if exit_code is not None or in_campaign else None
        return Evidence(
            entries=tuple(self._entries),
            now_ms=self.at_ms,
            tasks=tuple(self._tasks),
            providers=self.providers,
            over=over,
            client=run,
            **self._settings,
        )

    def fail(self, task_id: str) -> None:
        """The task fails instead."""
        self.change(task_id, plan=lambda t: _plan(t.created_ms, "failed"))

    def takes_back(self, task_id: str) -> None:
        """The task has failed half a minute after it has succeeded."""

        def plan(made: Task) -> Plan:
            *steps, expired = made.plan.steps
            failed = Step(steps[-1].at_ms + 30_000, "failed", failure=Failure("late", 500, "no"))
            return replace(made.plan, steps=(*steps, failed, expired))

        self.change(task_id, plan=plan)

    def yields(self, task_id: str, urls: Any, **results: Any) -> None:
        """The task's success holds something else than the usual links."""
        found = Results(urls, **results)
        self.change(task_id, plan=lambda t: replace(t.plan, results=found))

    def change(self, task_id: str, **fields: Any) -> None:
        """The task gets other fields; each is made of the task."""
        self._tasks = [
            replace(t, **{name: make(t) for name, make in fields.items()}) if t.id == task_id else t
            for t in self._tasks
        ]


def struck(fault: str) -> tuple[Matched, ...]:
    """A fault that struck."""
    return (Matched("r1", fault, True, True, "always"),)


def task(task_id: str, created_ms: int, asked: dict[str, Any] | None = None) -> Task:
    """A task that succeeds a minute after its creation."""
    fields = {"prompt": "a cat"} | (asked or {})
    return Task(
        id=task_id,
        ordinal=1,
        provider="kie",
        operation="generate",
        key="k1",
        model=fields.get("model", "veo3_fast"),
        prompt=fields["prompt"],
        created_ms=created_ms,
        plan=_plan(created_ms, "succeeded"),
        base_url="http://127.0.0.1",
        params=fields,
        callback_url=fields.get("callBackUrl"),
    )


def _plan(at_ms: int, end: Any) -> Plan:
    cause = Failure("policy", 400, "no") if end == "failed" else None
    done_ms = at_ms + DONE_AFTER_MS
    steps = (
        Step(at_ms, "queued"),
        Step(done_ms, end, 100.0, failure=cause),
        Step(done_ms + 86_400_000, "expired"),
    )
    return Plan(steps, "seed", at_ms, done_ms)
