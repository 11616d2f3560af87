"""The paid job that most checks look at. It is created once and followed to its end."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts import life_cycle, observe
from contracts.lifecycle import Observation
from contracts.problem import at_pointer
from contracts.verifier.clock import now_ms, wait_ms
from contracts.verifier.listener import Delivery
from contracts.verifier.subject import Subject
from contracts.verifier.target import Answer, Target

AFTER_THE_END = 2
"""How often the final state is asked for again."""
CALLBACK_WAIT_MS = 15_000
"""docs: docs.kie.ai gives a receiver 15 s, so we wait no longer for a callback."""
_STEP_MS = 100


class Caller(Protocol):
    """The part of a session that makes the calls about a job."""

    @property
    def target(self) -> Target: ...
    @property
    def model(self) -> str: ...
    @property
    def callback_url(self) -> str | None: ...
    @property
    def pace_ms(self) -> int: ...
    @property
    def deadline_ms(self) -> int: ...

    def call(self, method: str, path: str, **how: Any) -> Answer:
        """Make a call with the key."""
        ...

    def deliveries_of(self, task_id: str | None) -> tuple[Delivery, ...]:
        """The callbacks about a task."""
        ...


@dataclass
class Job:
    """What was seen of a job."""

    created: Answer
    task_id: str | None
    success: str
    """The word for a job that succeeded."""
    early_content: Answer | None = None
    polls: list[Answer] = field(default_factory=list)
    history: list[Observation] = field(default_factory=list)
    terminal: bool = False
    content: Answer | None = None
    """Content as JSON was asked for (APIYI)."""
    content_bytes: Answer | None = None
    """Content as a video was asked for (APIYI)."""
    media: Answer | None = None
    media_url: str | None = None
    callback_asked: bool = False
    deliveries: tuple[Delivery, ...] = ()

    @property
    def final(self) -> Answer | None:
        """The first poll that showed a terminal state."""
        ended = len(self.polls) - AFTER_THE_END
        return self.polls[ended - 1] if self.terminal and ended > 0 else None

    @property
    def succeeded(self) -> bool:
        """Whether it succeeded."""
        return self.terminal and self.history[-1].status == self.success


def follow(session: Caller, subject: Subject) -> Job:
    """Create a job, and poll it at the advised pace until it ends or the deadline passes."""
    body = subject.create_body(session.model, session.callback_url)
    created = session.call("POST", subject.create_path, body=body)
    found, task_id = at_pointer(created.json, subject.task_id)
    job = Job(created, str(task_id) if found and task_id else None, subject.succeeded)
    job.callback_asked = bool(session.callback_url and subject.callback_message)
    if job.task_id is None:
        return job
    began_ms = now_ms()
    _observe(subject, job, created, began_ms)
    if subject.content_path:
        job.early_content = session.call("GET", subject.content_path.format(id=job.task_id))
    _poll(session, subject, job, job.task_id, began_ms)
    if job.succeeded:
        _fetch(session, subject, job, job.task_id)
    if job.callback_asked and job.terminal:
        _await_callback(session, job)
    return job


def _poll(session: Caller, subject: Subject, job: Job, task_id: str, began_ms: int) -> None:
    states = life_cycle(subject.name)["tasks"][subject.task]["states"]
    left_after_end = AFTER_THE_END
    while True:
        answer = session.call("GET", subject.poll_path.format(id=task_id))
        job.polls.append(answer)
        seen = _observe(subject, job, answer, now_ms())
        if job.terminal:
            left_after_end -= 1
            if not left_after_end:
                return
        elif seen is not None and states.get(seen.status, {}).get("terminal"):
            job.terminal = True
        elif now_ms() - began_ms > session.deadline_ms:
            return
        else:
            wait_ms(session.pace_ms)


def _observe(subject: Subject, job: Job, answer: Answer, at_ms: int) -> Observation | None:
    seen = observe(subject.name, answer.json, at_ms, subject.task)
    if seen is not None:
        job.history.append(seen)
    return seen


def _fetch(session: Caller, subject: Subject, job: Job, task_id: str) -> None:
    told = job.final
    if subject.content_path:
        path = subject.content_path.format(id=task_id)
        job.content = told = session.call("GET", path, accept="application/json")
        job.content_bytes = session.call("GET", path, accept="video/mp4")
    for where in subject.media:
        found, url = at_pointer(told.json if told else None, where)
        if found and isinstance(url, str):
            job.media_url = session.target.absolute(_first_of_list(url))
            job.media = session.target.call("GET", job.media_url, follow=True)
            return


def _first_of_list(text: str) -> str:
    """Read a list that comes as JSON text (a documented dialect). Other text stays as it is."""
    try:
        urls = json.loads(text)
    except ValueError:
        return text
    return str(urls[0]) if isinstance(urls, list) and urls else text


def _await_callback(session: Caller, job: Job) -> None:
    waited_ms = 0
    patience_ms = min(CALLBACK_WAIT_MS, session.deadline_ms)
    while waited_ms < patience_ms and not session.deliveries_of(job.task_id):
        wait_ms(_STEP_MS)
        waited_ms += _STEP_MS
    job.deliveries = session.deliveries_of(job.task_id)
