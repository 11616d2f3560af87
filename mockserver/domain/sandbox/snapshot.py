"""What a store returns for a sandbox, what it takes for it, and the error if it cannot work."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.sandbox import Books, Sandbox


class Snapshot(Struct, frozen=True, gc=False):
    """The requested data, at one version of the sandbox. `task_id` is the task that was asked for."""

    version: int
    sandbox: Sandbox
    books: Books
    task: Task | None = None
    task_id: str = ""

    def behind(self, changes: Changes) -> Snapshot:
        """The sandbox and its books after the changes, at the version before them."""
        return replace(
            self, sandbox=changes.sandbox or self.sandbox, books=changes.books or self.books
        )


class Changes(Struct, frozen=True, gc=False):
    """What a use case wants to write; None and empty values leave things as they are.

    `counters` are set, not raised: only a caller that brings a sandbox back knows their values.

    With `replans` a task has another plan than before, so nothing that was counted of its plan holds.
    """

    sandbox: Sandbox | None = None
    books: Books | None = None
    tasks: tuple[Task, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    counters: dict[str, int] = {}
    replans: bool = False

    def then(self, later: Changes) -> Changes:
        """These changes and later ones, as one."""
        return Changes(
            later.sandbox or self.sandbox,
            later.books or self.books,
            self.tasks + later.tasks,
            self.deliveries + later.deliveries,
            self.counters | later.counters,
            self.replans or later.replans,
        )


class StoreUnavailable(Exception):
    """The store cannot be reached, refuses to work, or holds something unknown here; the text says why."""
