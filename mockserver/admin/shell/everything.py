"""Walks lists of the store from end to end, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mockserver.domain.journal import Entry
    from mockserver.domain.task import Task
    from mockserver.engine.ports import Store

PAGE = 5000


async def all_tasks(store: Store, sandbox_id: str, after: int = 0) -> AsyncIterator[Task]:
    """Tasks with an ordinal above `after`, in the order of ordinals."""
    while page := await store.tasks(sandbox_id, after, PAGE):
        for task in page:
            yield task
        after = page[-1].ordinal


async def all_entries(store: Store, sandbox_id: str, after: int = 0) -> AsyncIterator[Entry]:
    """Journal entries with a number above `after`, oldest first."""
    while page := (await store.journal(sandbox_id, after, PAGE)).entries:
        for entry in page:
            yield entry
        after = page[-1].seq
