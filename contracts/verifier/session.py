"""What the checks of one run share: the target, the key, the job, and all traffic so far."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from contracts import life_cycle, schema, validate
from contracts.operations import find_operation, nearest
from contracts.problem import Problem, at_pointer
from contracts.verifier.clock import now_ms, wait_ms
from contracts.verifier.errors import Skip
from contracts.verifier.job import Job, follow
from contracts.verifier.listener import Delivery, Listener
from contracts.verifier.subject import Subject
from contracts.verifier.target import Answer, Target

BAD_KEY = "sk-mock-invalid-verify"
"""No provider knows it. The mock refuses it, even if it accepts all other keys."""
LOCAL_PACE_MS = 1000
"""A host on this machine is a mock, so we may poll it faster."""


class Session:
    """One run against one host."""

    def __init__(
        self,
        subject: Subject,
        target: Target,
        key: str,
        model: str,
        pace_ms: int | None = None,
        deadline_ms: int | None = None,
        listener: Listener | None = None,
        callback_url: str | None = None,
        webhook_key: str | None = None,
    ) -> None:
        advice = life_cycle(subject.name)["advice"]
        advised_ms: int = advice["poll_ms"]
        local_ms = min(advised_ms, LOCAL_PACE_MS)
        self.subject = subject
        self.target = target
        self.key = key
        self.model = model
        self.pace_ms = (
            pace_ms if pace_ms is not None else local_ms if target.on_loopback else advised_ms
        )
        self.deadline_ms: int = deadline_ms or advice["deadline_ms"]
        self.callback_url = callback_url
        self.webhook_key = webhook_key
        self.answers: list[Answer] = []
        self.may_create = False
        self._listener = listener

    def authorization(self, key: str | None = None, scheme: str | None = None) -> str:
        """Write the header as the provider documents it, or in the requested form."""
        word = self.subject.scheme if scheme is None else scheme
        return f"{word} {self.key if key is None else key}".lstrip()

    def call(self, method: str, path: str, **how: Any) -> Answer:
        """Call with the key, unless `authorization` says otherwise, and remember the answer."""
        how.setdefault("authorization", self.authorization())
        subject = self.subject
        how |= {"key_header": subject.key_header, "key_query": subject.key_query}
        answer = self.target.call(method, path, **how)
        self.answers.append(answer)
        return answer

    def repeated(self, method: str, path: str, **how: Any) -> Iterator[Answer]:
        """Make a call again and again, at the pace of polls, until the deadline passes."""
        began_ms = now_ms()
        while True:
            yield self.call(method, path, **how)
            if now_ms() - began_ms > self.deadline_ms:
                return
            wait_ms(self.pace_ms)

    def fetch(self, url: str) -> Answer:
        """Get a media file, without the key."""
        return self.target.call("GET", self.target.absolute(url), follow=True)

    def probe(self, authorization: str | None) -> Answer:
        """Ask for a job that does not exist, with any key or without a key."""
        probe = self.subject.probe
        return self.call(probe.method, probe.path, authorization=authorization)

    @cached_property
    def job(self) -> Job:
        """The shared job. It is created when a check first looks at it. Raises Skip."""
        if not self.may_create:
            raise Skip("it needs a paid job, which the budget does not cover")
        return follow(self, self.subject)

    def follow(self, subject: Subject) -> Job:
        """Another job, of another API of the same provider. The check that needs it must have
        planned its creation.
        """
        return follow(self, subject)

    @property
    def followed(self) -> bool:
        """Whether the shared job was created."""
        return "job" in self.__dict__

    def polled(self) -> Job:
        """The shared job, if it was created. Raises Skip."""
        if not self.job.polls:
            raise Skip("no job was created")
        return self.job

    def finished(self) -> Job:
        """The shared job, if it succeeded. Raises Skip."""
        if not self.polled().succeeded:
            raise Skip("the job did not succeed")
        return self.job

    def judge(self, answer: Answer) -> list[Problem]:
        """Check an answer against the OpenAPI document of its call."""
        operation = find_operation(self.subject.name, answer.method, answer.path.split("?")[0])
        if operation is None:
            return []
        return operation.judge_reply(answer.status, answer.content_type, answer.body)

    def expect(self, answer: Answer, *messages: str) -> list[Problem]:
        """Check an answer's body against some messages, and its status against the allowed ones."""
        name = self.subject.name
        problems = nearest(name, messages, answer.json)
        fitting = [m for m in messages if not validate(name, m, answer.json)]
        allowed = {status for m in fitting for status in _statuses(name, m)}
        if fitting and allowed and answer.status not in allowed:
            expected = "HTTP " + " or ".join(str(status) for status in sorted(allowed))
            problems = [Problem("", expected, f"HTTP {answer.status}")]
        return problems

    def deliveries_of(self, task_id: str | None) -> tuple[Delivery, ...]:
        """The callbacks about a task."""
        came = self._listener.deliveries if self._listener else []
        where = self.subject.callback_id
        return tuple(d for d in came if where and at_pointer(d.json, where)[1] == task_id)


def _statuses(provider: str, message: str) -> list[int]:
    return list(schema(provider, message).get("x-http-status", []))
