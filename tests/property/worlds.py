"""What the machine knows by itself of providers and tasks: written anew, from the documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from mockserver.domain.provider.provider import Inbound
from mockserver.domain.reply.reply import Reply
from tests.support.engine import asked, posted

Seen = Literal["open", "succeeded", "failed", "gone"]
S, HOUR, DAY = 1000, 3_600_000, 86_400_000
QUEUE_MS = (2 * S, 15 * S)
KIE_CALLS, KIE_WINDOW_MS = 20, 10 * S


@dataclass(frozen=True)
class Offer:
    """A model of a provider: how long its jobs run at least and at most, and what one costs."""

    provider: str
    model: str
    low_ms: int
    high_ms: int
    price_micros: int
    retention_ms: int


OFFERS = (
    Offer("apiyi", "veo-3.1", 120 * S, 300 * S, 250_000, DAY),
    Offer("apiyi", "veo-3.1-fast", 60 * S, 150 * S, 150_000, DAY),
    Offer("kie", "veo3_fast", 60 * S, 90 * S, 60_000_000, 14 * DAY),
    Offer("kie", "veo3", 120 * S, 240 * S, 250_000_000, 14 * DAY),
    Offer("xcompute", "veo3.1-fast", 90 * S, 240 * S, 140_000, DAY),
    Offer("xcompute", "veo3.1-lite", 60 * S, 180 * S, 70_000, DAY),
)
CREATE = {"apiyi": "create", "kie": "generate", "xcompute": "create"}
READ = {"apiyi": "status", "kie": "record_info", "xcompute": "status"}
CALLBACK_FIELD = {"kie": "callBackUrl", "xcompute": "webhook"}


@dataclass(frozen=True)
class Story:
    """A directive, and the span in which the job ends: shares of queue and run, if it ever does."""

    directive: str
    ends: Literal["succeeded", "failed", "never"]
    queue: float = 1.0
    run: float = 1.0


STORIES = (
    Story("", "succeeded"),
    Story("[mock:instant]", "succeeded", 0, 0),
    Story("[mock:slow factor=3]", "succeeded", 3, 3),
    Story("[mock:fail at=50%]", "failed", 1, 0.5),
    Story("[mock:fail at=0%]", "failed", 1, 0),
    Story("[mock:stall]", "never"),
)


@dataclass
class Job:
    """A task as the model sees it."""

    offer: Offer
    story: Story
    at_ms: int
    callback: bool
    seen: Seen = "open"
    progress: float = 0.0

    def ends_ms(self) -> tuple[int, int]:
        """The earliest and the latest moment of its end."""
        story, offer = self.story, self.offer
        return tuple(  # type: ignore[return-value]
            self.at_ms + round(queue * story.queue + run * story.run)
            for queue, run in zip(QUEUE_MS, (offer.low_ms, offer.high_ms), strict=True)
        )

    def allowed(self, now_ms: int) -> set[Seen]:
        """What a read may say at a time, from the bounds alone."""
        if self.story.ends == "never":
            return {"gone"} if now_ms >= self.at_ms + self.offer.retention_ms else {"open"}
        low_ms, high_ms = self.ends_ms()
        found: set[Seen] = set()
        if now_ms < high_ms:
            found.add("open")
        if low_ms <= now_ms < high_ms + self.offer.retention_ms:
            found.add(self.story.ends)
        if now_ms >= low_ms + self.offer.retention_ms:
            found.add("gone")
        return found


@dataclass
class World:
    """A key with all that the model knows behind it. `history` can be played again."""

    key: str
    now_ms: int
    jobs: dict[str, Job] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    kie_calls: list[int] = field(default_factory=list)
    exchanges: int = 0
    history: list[tuple[Any, ...]] = field(default_factory=list)
    replies: list[tuple[int, Any, Any]] = field(default_factory=list)

    def used_micros(self, provider: str) -> int:
        """What is spent: every job but those that failed."""
        return sum(
            job.offer.price_micros
            for job in self.jobs.values()
            if job.offer.provider == provider
            and not (job.story.ends == "failed" and job.seen in ("failed", "gone"))
        )


def creation(offer: Offer, story: Story, callback_url: str | None) -> Inbound:
    """The request that submits a job."""
    body = {"model": offer.model, "prompt": f"a cat {story.directive}"}
    if callback_url is not None and offer.provider in CALLBACK_FIELD:
        body[CALLBACK_FIELD[offer.provider]] = callback_url
    return posted(body)


def query(provider: str, task_id: str) -> Inbound:
    """The request that reads a job."""
    if provider == "kie":
        return asked(f"taskId={task_id}")
    return asked(id=task_id, task_id=task_id)


def content(reply: Reply) -> Any:
    """The JSON of a reply."""
    assert isinstance(reply.body, bytes)
    return json.loads(reply.body)


def created_id(provider: str, reply: Reply) -> str | None:
    """The id of an accepted job; None for a refusal."""
    body = content(reply)
    if provider == "apiyi":
        found = body.get("id")
    elif provider == "kie":
        found = (body.get("data") or {}).get("taskId")
    else:
        found = body["data"][0]["task_id"] if "data" in body else None
    assert found is None or isinstance(found, str)
    return found


def read_state(provider: str, reply: Reply) -> tuple[Seen, float]:
    """What a read says, and its progress where it says one."""
    body = content(reply)
    if provider == "kie":
        if body["code"] != 200:
            return "gone", 0.0
        flags: list[Seen] = ["open", "succeeded", "failed", "failed"]
        return flags[body["data"]["successFlag"]], 0.0
    if reply.status != 200:
        return "gone", 0.0
    task = body.get("data", body)
    words: dict[str, Seen] = {"completed": "succeeded", "failed": "failed"}
    return words.get(task["status"], "open"), float(task.get("progress", 0))
