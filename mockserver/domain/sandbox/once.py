"""Idempotency keys: which job a key has made, and what a second call with it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import expires_ms

if TYPE_CHECKING:
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.command import Once, Submit
    from mockserver.domain.sandbox.sandbox import Books
    from mockserver.domain.sandbox.snapshot import Snapshot

MAX_IDEMPOTENCY_KEYS = 1000


def made_before(books: Books, command: Submit) -> str:
    """The id of the task that the key of a submission has made; empty if there is none."""
    once = command.once
    return "" if once is None else books.once.get(once.key, ("", ""))[0]


def replayed(snapshot: Snapshot, command: Submit, now_ms: int) -> Task | None:
    """The job that the key has made, if it is still known.

    Raises Refusal(`idempotency_key_reused`) if the key came with another wish.
    """
    once, task = command.once, snapshot.task
    if once is None or task is None or task.id != made_before(snapshot.books, command):
        return None
    if now_ms >= expires_ms(task.plan):
        return None
    if snapshot.books.once[once.key][1] != once.wish:
        reason = f"idempotency key: it has made task {task.id} of another body"
        raise Refusal("idempotency_key_reused", reason, task_id=task.id)
    return task


def remembered(books: Books, once: Once | None, task: Task) -> dict[str, tuple[str, str]]:
    """The keys with that of a new task; the oldest goes if they are too many."""
    if once is None:
        return books.once
    others = [entry for entry in books.once.items() if entry[0] != once.key]
    newest = others[-(MAX_IDEMPOTENCY_KEYS - 1) :]
    return dict([*newest, (once.key, (task.id, once.wish))])
