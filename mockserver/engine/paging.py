"""Walks lists of the store from end to end, page by page; between pages others have their turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.engine.notifier import Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mockserver.domain.job.task import Task
    from mockserver.domain.journal.journal import Entry
    from mockserver.engine.ports import Store

PAGE = 1000


async def task_pages(store: Store, sandbox_id: str) -> AsyncIterator[tuple[Task, ...]]:
    """Every task, in the order of ordinals; those made meanwhile may be missing."""
    after, size = 0, PAGE
    while size == PAGE:  # a short page is the last, or a busy sandbox would have no end
        page = await store.tasks(sandbox_id, after, PAGE)
        if page:
            after = page[-1].ordinal
            yield page
        size = len(page)
        await Patience().rest(0)


async def all_tasks(store: Store, sandbox_id: str) -> AsyncIterator[Task]:
    """The same, one by one."""
    async for page in task_pages(store, sandbox_id):
        for task in page:
            yield task


async def all_entries(store: Store, sandbox_id: str, after: int = 0) -> AsyncIterator[Entry]:
    """Journal entries with a number above `after`, oldest first, likewise."""
    size = PAGE
    while size == PAGE:
        page = (await store.journal(sandbox_id, after, PAGE)).entries
        for entry in page:
            after = entry.seq
            yield entry
        size = len(page)
        await Patience().rest(0)
