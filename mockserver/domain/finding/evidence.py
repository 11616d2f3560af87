"""The evidence for findings: a sandbox's journal, callbacks and tasks, and how the client ended.

Pace is judged in the client's real time. The advised pace is divided by the speed and by the
clock's rate. If the clock stands (manual, auto), advice cannot be compared with real gaps, and only
what a reply's header said counts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import outcome_step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.fields import without_boundary
from mockserver.domain.journal.journal import (
    ClockMoved,
    Contact,
    DeliveryTried,
    Entry,
    Exchange,
    Sent,
)
from mockserver.domain.provider.judging import Judging, http_status, json_of, no_task
from mockserver.domain.provider.key_place import parameters_of
from mockserver.domain.time.clock import Mode
from mockserver.domain.time.retry_after import wait_told_ms

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import PollAdvice, Provider

# These leave open whether a request was accepted: the server failed, or something on the way gave
# up.
AMBIGUOUS = frozenset({408, 500, 502, 504, 520, 522, 524})
SUBMISSIONS = ("create", "stream")
_FINAL_FOR_SUBMISSION = frozenset({400, 401, 402, 403, 404, 405, 413, 422, 451, 501, 505})
_FINAL_FOR_READING = frozenset({401, 402, 403})
_FINAL_FOR_MEDIA = frozenset({401, 403, 404, 410})
_MEDIA_HOST = Judging(http_status, no_task, no_task)


class ClientRun(Struct, frozen=True):
    """How the client itself ended. `exit_code` is None if it had to be killed."""

    exit_code: int | None
    output: str = ""

    @property
    def says_success(self) -> bool:
        return self.exit_code == 0


class Evidence(Struct, frozen=True, dict=True):
    """Everything that a finding may use.

    `providers` say what their replies mean. `harmless` names the faults after which a reply still
    says everything that it would have said. `over` says that the client makes no more calls.
    `client` is known in a campaign and under `reelmock run`.
    """

    entries: tuple[Entry, ...]
    now_ms: int
    deliveries: tuple[Delivery, ...] = ()
    tasks: tuple[Task, ...] = ()
    clock: Mode = "real"
    rate: float = 1.0
    speed: float = 1.0
    providers: Mapping[str, Provider] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()
    over: bool = False
    client: ClientRun | None = None

    def contacts(self) -> tuple[Contact, ...]:
        """The client's calls and the callbacks that were tried or delayed, in their order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Contact))

    def exchanges(self, *phases: str) -> tuple[Exchange, ...]:
        """The client's calls in their order: those of some call phases, or all."""
        return tuple(
            entry
            for entry in self.entries
            if isinstance(entry, Exchange) and (not phases or entry.call_phase in phases)
        )

    def sent(self) -> dict[int, Sent]:
        """For each reply that took time or was damaged, by its exchange: how it ended."""
        return {entry.of: entry for entry in self.entries if isinstance(entry, Sent)}

    def callbacks(self) -> tuple[DeliveryTried, ...]:
        """The attempts to deliver a callback, in their order."""
        return tuple(e for e in self.entries if isinstance(e, DeliveryTried) and e.attempt)

    def tasks_by_id(self) -> dict[str, Task]:
        """This sandbox's tasks."""
        return {task.id: task for task in self.tasks}

    def keys(self) -> frozenset[str]:
        """The hashes of the keys that this sandbox's client has."""
        return frozenset(e.key for e in self.exchanges() if e.key) | {t.key for t in self.tasks}

    def judging(self, entry: Contact) -> Judging:
        """What the provider of a call tells judges; the media host belongs to no provider."""
        provider = self.providers.get(entry.provider)
        return provider.judging_of(entry.operation) if provider else _MEDIA_HOST

    def key_names(self, entry: Contact) -> tuple[str, ...]:
        """The query parameters in which the provider of a call wants its key."""
        provider = self.providers.get(entry.provider)
        return parameters_of(provider.keys) if provider else ()

    def advice(self, entry: Exchange) -> PollAdvice | None:
        """How often the provider of a call says to poll; None if the provider is unknown."""
        provider = self.providers.get(entry.provider)
        return provider.poll_of(entry.operation) if provider else None

    def status(self, entry: Exchange) -> int:
        """The status that a client must act on. Some providers put it into a body with HTTP 200."""
        return self.judging(entry).status(entry.status, entry.reply_body)

    def means_success(self, entry: Exchange) -> bool:
        """Whether a reply says that its call succeeded."""
        return self.judging(entry).means_success(entry.status, entry.reply_body)

    def is_final_refusal(self, entry: Exchange) -> bool:
        """Whether a reply says that the same request can never succeed."""
        final = _FINAL_FOR_READING
        if entry.call_phase in (*SUBMISSIONS, "account"):
            final = _FINAL_FOR_SUBMISSION
        elif entry.call_phase == "download":
            final = _FINAL_FOR_MEDIA
        return self.status(entry) in final

    def is_ambiguous(self, entry: Exchange, sent: Mapping[int, Sent]) -> bool:
        """Whether, after a reply, the client could not know what happened to its request."""
        if entry.seq in sent and not sent[entry.seq].performed.whole:
            return True
        if self.status(entry) in AMBIGUOUS:
            return True
        unreadable = entry.call_phase == "create" and json_of(entry.reply_body) is None
        return entry.status < 300 and unreadable

    def struck(self, entry: Contact) -> bool:
        """Whether a fault changed this exchange or delivery at all."""
        return any(fault.struck for fault in entry.faults)

    def harmed(self, entry: Contact) -> bool:
        """Whether a fault removed something from what this exchange or delivery says."""
        return any(fault.struck and fault.fault not in self.harmless for fault in entry.faults)

    def told_the_end(self, entry: Exchange, task: Task) -> bool:
        """Whether an undamaged status reply told the client that its job had ended."""
        step = outcome_step(task.plan)
        ended = step is not None and step.at_ms <= entry.virtual_ms
        return ended and self.means_success(entry) and not self.harmed(entry)

    def advised_ms(self, virtual_ms: int) -> float | None:
        """A span that documents advise, in the client's real milliseconds; None: cannot be judged."""
        return virtual_ms / self.speed / self.rate if self.clock == "real" else None

    @property
    def hastens(self) -> float:
        """How many times as fast as a real one the provider is for the client; 1 if it cannot be told."""
        return self.speed * self.rate if self.clock == "real" else 1.0

    def gap_ms(self, before: Entry, after: Entry) -> int:
        """How long the client waited between two calls, in its real milliseconds.

        If a test moves the clock, this counts as waiting. The jumps of mode auto do not count as
        waiting.
        """
        real_ms = after.real_ms - before.real_ms
        if self.clock == "manual":
            return max(real_ms, after.virtual_ms - before.virtual_ms)
        start, end = (
            bisect_right(self._moved_at, before.seq),
            bisect_left(self._moved_at, after.seq),
        )
        moved_ms: int = sum([move.virtual_ms - move.from_ms for move in self._moves[start:end]])
        return real_ms + round(moved_ms / self.rate if self.clock == "real" else moved_ms)

    @cached_property
    def _moves(self) -> tuple[ClockMoved, ...]:
        """The moves of the clock by hand, oldest first."""
        return tuple([entry for entry in self.entries if isinstance(entry, ClockMoved)])

    @cached_property
    def _moved_at(self) -> list[int]:
        return [move.seq for move in self._moves]


def header(entry: Exchange, name: bytes) -> str:
    """The first header with a name in a reply, as text; empty if there is none."""
    return next((v.decode("latin-1") for k, v in entry.reply_headers if k.lower() == name), "")


def told_to_wait_ms(entry: Exchange) -> int:
    """How long a reply told the client to wait, in its real milliseconds; 0 if it did not."""
    exact, text = header(entry, b"retry-after-ms"), header(entry, b"retry-after")
    return wait_told_ms(exact, text, entry.real_ms)


def fingerprint(entry: Exchange) -> tuple[str, str, str, str, bytes]:
    """What makes two calls the same; a form's boundary, which differs in each attempt, is left out."""
    body = without_boundary(entry.request_headers, entry.request_body)
    body = entry.request_digest.encode() or body
    return entry.method, entry.path, entry.query, entry.key, body


def repeats(
    calls: tuple[Exchange, ...], alike: Callable[[Exchange], tuple[Any, ...]] = fingerprint
) -> Iterator[tuple[Exchange, ...]]:
    """Groups of the same call, each in its order, with two or more calls; `alike` says what is the same."""
    runs: dict[tuple[Any, ...], list[Exchange]] = {}
    for call in calls:
        runs.setdefault(alike(call), []).append(call)
    yield from (tuple(run) for run in runs.values() if len(run) > 1)


def by_task(calls: tuple[Exchange, ...]) -> Iterator[tuple[str, tuple[Exchange, ...]]]:
    """The calls about each task, in their order."""
    ordered = sorted((c for c in calls if c.task_id), key=lambda call: (call.task_id, call.seq))
    for task_id, about in groupby(ordered, lambda call: call.task_id):
        yield task_id, tuple(about)


def seconds(span_ms: float) -> str:
    """A span in the words of a finding."""
    return f"{span_ms / 1000:.3g} s" if span_ms < 1_000_000 else f"{span_ms / 1000:.0f} s"
