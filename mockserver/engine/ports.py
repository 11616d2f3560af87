"""What the use cases need from outside: a store, a real clock, somebody who delivers callbacks."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from mockserver.domain.callback.delivery import Delivery, Message
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Draft, Page
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes, Snapshot
from mockserver.domain.time.clock import ClockState


class Pending(Struct, frozen=True, gc=False):
    """A sandbox with something to deliver, its clock, and the virtual time at which the first of it
    is due; earlier than what `next_due_ms` says where that is claimed.
    """

    sandbox_id: str
    clock: ClockState
    due_ms: int


class Presence(Struct, frozen=True, gc=False):
    """Who is at a sandbox in mode auto, on any replica: exchanges that are open, those of them that
    submit a job, and the real times at which the last call about a task, and the last that submits
    a job, ended; 0 where that is long ago.
    """

    open: int = 0
    creating: int = 0
    ended_real_ms: int = 0
    created_real_ms: int = 0


BLOCK = 1024  # ordinals in a block of tasks


class Spread(Struct, frozen=True, gc=False):
    """How many tasks each block of ordinals has: block n those from n * BLOCK on; none that is empty.

    `mark` is another once the sandbox was emptied or made anew: ordinals begin at 1 again.
    """

    mark: str
    sizes: dict[int, int]


class SandboxGone(Exception):
    """The sandbox was deleted, or its key chooses another, since the key was looked up."""


class Store(Protocol):
    """Keeps sandboxes and knows no rules. Every method may be awaited on by many at once."""

    kind: str
    trim_every: int  # creations in a sandbox after which `trim` has its turn

    async def create(self, sandbox: Sandbox) -> bool:
        """Stores a new sandbox with empty books; False when the id is taken."""

    async def bind(self, key: str, sandbox_id: str) -> bool:
        """Lets a key (its hash) choose a sandbox; False when it chooses another one already."""

    async def resolve(self, key: str) -> str | None:
        """The sandbox that a key (its hash) chooses."""

    def recall(self, key: str) -> str | None:
        """The sandbox that a key chose when this was last looked up here, without looking again:
        only `load` with the key tells whether it still does.
        """

    async def keys_of(self, sandbox_id: str) -> tuple[str, ...]:
        """The hashes of the keys that choose a sandbox."""

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        """The sandbox and, if named and present, one task; None when there is no such sandbox, or
        a key (its hash) is named that does not choose it.
        """

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        """Writes all changes or, when the version has moved on, none."""

    async def delete(self, sandbox_id: str) -> bool:
        """Drops a sandbox with all that belongs to it, keys included; False if there is none."""

    async def clear(self, sandbox_id: str) -> None:
        """Drops tasks, books, deliveries, counters and journal; keeps sandbox and keys."""

    async def sandbox_ids(self) -> tuple[str, ...]:
        """Every sandbox."""

    async def tasks(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> tuple[Task, ...]:
        """Tasks with an ordinal above `after`, in the order of ordinals."""

    async def task_count(self, *sandbox_ids: str) -> int:
        """How many tasks are kept in some sandboxes together."""

    async def spread(self, sandbox_id: str) -> Spread:
        """How the tasks of a sandbox are spread over blocks of ordinals, in their order."""

    async def trim(self, sandbox_id: str, now_ms: int, limit: int) -> int:
        """Drops expired tasks, then the oldest ended ones above `limit`; says how many.

        It need not find all of them at once, where there are many.
        """

    async def record(self, sandbox_id: str, draft: Draft) -> int:
        """Appends to the journal and gives the number of the entry."""

    async def journal(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> Page:
        """Entries with a number above `after`, oldest first."""

    async def clear_journal(self, sandbox_id: str) -> None:
        """Empties the journal; numbers go on."""

    async def count(self, sandbox_id: str, counter: str) -> int:
        """Raises a counter by one and gives its new value."""

    async def set_once(self, sandbox_id: str, counter: str, value: int) -> int:
        """Sets a counter that is not there yet; gives what it is then."""

    async def counters(self, sandbox_id: str, prefix: str = "") -> dict[str, int]:
        """All counters whose names begin with a prefix."""

    async def some_deliveries(
        self, sandbox_id: str, cursor: int = 0
    ) -> tuple[tuple[Delivery, ...], int]:
        """Some of the callback log, in no order, and the `cursor` for more, 0 behind the last.

        What is there all the while comes at least once.
        """

    async def next_due_ms(self, sandbox_id: str) -> int | None:
        """The earliest virtual time at which an unclaimed delivery is due."""

    async def next_due_task(self, sandbox_id: str) -> str:
        """The task of that delivery; empty where there is none."""

    async def enter(self, sandbox_id: str, visit: str, creating: bool) -> None:
        """An exchange is open; told again now and then where it stays so for long."""

    async def leave(
        self, sandbox_id: str, visit: str, task_id: str, creating: bool, real_ms: int
    ) -> None:
        """An exchange about a task (empty: about none) has ended."""

    async def presence(self, sandbox_id: str, task_id: str) -> Presence:
        """Who is there now, and when the last call about a task ended."""

    async def claim(self, sandbox_id: str, now_ms: int, limit: int) -> tuple[Delivery, ...]:
        """Takes deliveries due by `now_ms`, at most one a task, so that nobody else gets them."""

    async def claims(self, sandbox_id: str) -> int:
        """How many tasks have a delivery that is claimed, by anybody, and not settled."""

    async def settle(self, sandbox_id: str, delivery: Delivery) -> None:
        """Writes a claimed delivery back and gives up the claim; also adds a new one."""

    async def pending(self) -> tuple[Pending, ...]:
        """The sandboxes that have something to deliver."""


class System(Protocol):
    """The world outside: what time it is, and chance that nobody can foresee."""

    def real_ms(self) -> int:
        """Milliseconds since the Unix epoch; never goes back."""

    def entropy(self) -> str:
        """16 fresh hex digits."""


class Answer(Struct, frozen=True, gc=False):
    """What came of one attempt; `status` is None when no answer came, `problem` says why.

    `head_sent` and `sent_bytes` say how much of the message left then.
    """

    status: int | None = None
    problem: str = ""
    text: str = ""
    timed_out: bool = False
    head_sent: bool = False
    sent_bytes: int = 0


class Forbidden(Exception):
    """The target of a callback is not one that may be called; the text says why."""


class Sender(Protocol):
    """Delivers one callback over HTTP."""

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        """Posts a message. Raises Forbidden when the target may not be called."""
