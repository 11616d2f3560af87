"""What the use cases need from outside: a store, a real clock, a sender of callbacks."""

from __future__ import annotations

from collections.abc import Sequence
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
    """What goes on in a sandbox in mode auto, on any replica.

    The number of open exchanges, the number of those that submit a job, and two real times: when
    the last call about a task ended, and when the last call that submits a job ended. A time is 0
    if that was long ago.
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
    """The sandbox was deleted, or its key chooses another one, since the key was looked up."""


class Store(Protocol):
    """Keeps sandboxes and knows no rules. Many callers may wait for a method at the same time."""

    kind: str
    trim_every: int  # after this many creations in a sandbox, `trim` runs

    async def create(self, sandbox: Sandbox) -> bool:
        """Stores a new sandbox with empty books; False if the id is in use."""

    async def bind(self, key: str, sandbox_id: str) -> bool:
        """Makes a key (its hash) choose a sandbox; False if it already chooses another one."""

    async def resolve(self, key: str) -> str | None:
        """The sandbox that a key (its hash) chooses."""

    def recall(self, key: str) -> str | None:
        """The sandbox that this key chose when it was last looked up here.

        There is no new look: only `load` with the key tells whether this is still true.
        """

    async def keys_of(self, sandbox_id: str) -> tuple[str, ...]:
        """The hashes of the keys that choose a sandbox."""

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        """The sandbox and, if it is named and exists, one task.

        None if there is no such sandbox, or if a key (its hash) is given that does not choose it.
        """

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        """Writes all changes, or none if the version has changed."""

    async def delete(self, sandbox_id: str) -> bool:
        """Deletes a sandbox with everything in it and its keys; False if there is none."""

    async def clear(self, sandbox_id: str) -> None:
        """Deletes tasks, books, deliveries, counters and journal; keeps sandbox and keys."""

    async def sandbox_ids(self) -> tuple[str, ...]:
        """Every sandbox."""

    async def tasks(self, sandbox_id: str, after: int = 0, limit: int = 1000) -> tuple[Task, ...]:
        """Tasks with an ordinal above `after`, in the order of ordinals."""

    async def task_count(self, *sandbox_ids: str) -> int:
        """How many tasks are kept in these sandboxes together."""

    async def spread(self, sandbox_id: str) -> Spread:
        """How many tasks each block of ordinals of a sandbox has, in order."""

    async def trim(self, sandbox_id: str, now_ms: int, limit: int) -> int:
        """Deletes expired tasks, then the oldest ended ones above `limit`; returns how many.

        A task whose callback is still to come stays. If there are many, it need not find all of them at once.
        """

    async def record(self, sandbox_id: str, draft: Draft) -> int:
        """Appends to the journal and returns the number of the entry."""

    async def journal(
        self, sandbox_id: str, after: int = 0, limit: int = 1000, *, brief: bool = False
    ) -> Page:
        """Entries with a number above `after`, oldest first.

        For who wants them only in `brief`, exchanges may come without headers and requests.
        """

    async def clear_journal(self, sandbox_id: str) -> None:
        """Empties the journal; numbers go on."""

    async def count(self, sandbox_id: str, counter: str) -> int:
        """Raises a counter by one and returns its new value."""

    async def set_once(self, sandbox_id: str, counter: str, value: int) -> int:
        """Sets a counter that does not exist yet; returns its value after that."""

    async def counters(self, sandbox_id: str, prefix: str = "") -> dict[str, int]:
        """All counters whose names begin with a prefix."""

    async def some_deliveries(
        self, sandbox_id: str, cursor: int = 0
    ) -> tuple[tuple[Delivery, ...], int]:
        """A part of the callback log, in no order, and the `cursor` for more; the cursor is 0 at the end.

        A delivery that exists all the time comes at least once.
        """

    async def next_due_ms(self, sandbox_id: str) -> int | None:
        """The earliest virtual time at which an unclaimed delivery is due."""

    async def next_due_task(self, sandbox_id: str) -> str:
        """The task of that delivery; empty if there is none."""

    async def enter(self, sandbox_id: str, visit: str, creating: bool) -> None:
        """An exchange is open; this is repeated now and then if it stays open for long."""

    async def leave(
        self, sandbox_id: str, visit: str, task_id: str, creating: bool, real_ms: int
    ) -> None:
        """An exchange about a task (empty: about no task) has ended."""

    async def presence(self, sandbox_id: str, task_id: str) -> Presence:
        """Which exchanges are open now, and when the last call about a task ended."""

    async def claim(self, sandbox_id: str, now_ms: int, limit: int) -> tuple[Delivery, ...]:
        """Takes deliveries that are due by `now_ms`, at most one for each task.

        No other caller gets them.
        """

    async def claims(self, sandbox_id: str) -> int:
        """How many tasks have a delivery that any replica has claimed and not settled."""

    async def settle(self, sandbox_id: str, delivery: Delivery) -> None:
        """Writes a claimed delivery back and gives up the claim; also adds a new one."""

    async def pending(self) -> tuple[Pending, ...]:
        """The sandboxes that have something to deliver."""


class System(Protocol):
    """The world outside: the real time, and chance that nobody can predict."""

    def real_ms(self) -> int:
        """Milliseconds since the Unix epoch; never goes back."""

    def entropy(self) -> str:
        """16 fresh hex digits."""


class Answer(Struct, frozen=True, gc=False):
    """The result of one attempt. `status` is None if no answer came; `problem` says why.

    In that case `head_sent` and `sent_bytes` say how much of the message was sent.
    """

    status: int | None = None
    problem: str = ""
    text: str = ""
    timed_out: bool = False
    head_sent: bool = False
    sent_bytes: int = 0


class Forbidden(Exception):
    """The target of a callback must not be called; the text says why."""


class Sender(Protocol):
    """Delivers one callback over HTTP."""

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        """Posts a message. Raises Forbidden if the target must not be called."""


class Tapes(Protocol):
    """A folder of tapes. It gives the records of the control API, which this room does not know."""

    @property
    def replays_here(self) -> bool:
        """Whether `replayed` can serve a tape."""

    def replayed(self, name: str) -> str:
        """The base URL of a server that replays a tape. Raises Missing and BadInput."""

    def listed(self) -> Sequence[object]:
        """Every HAR file of the folder, also one that is no tape."""

    def opened(self, name: str) -> object:
        """One tape with its jobs. Raises Missing, and BadInput for a file that is no tape."""
