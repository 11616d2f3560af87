"""The tasks of a sandbox, and one with its whole plan."""

from __future__ import annotations

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.task import task_shown, task_shown_whole
from mockserver.control.operations import GET_TASK, LIST_TASKS
from mockserver.control.records import TaskPage, WholeTask
from mockserver.control.schemas import MOST_ON_PAGE
from mockserver.domain.input.errors import Missing, nearest


async def list_some(ask: Ask) -> TaskPage:
    """Tasks in the order of submission; `next` is the `after` of the page that follows, or null."""
    after, limit = ask.page()
    sandbox, store = await ask.sandbox(), ask.core.store
    now_ms = ask.now_ms(sandbox.clock)
    await ask.core.reports.settled(sandbox.id)
    found = await store.tasks(sandbox.id, after, limit + 1)
    struck = await store.counters(sandbox.id, "scenario:")
    page = found[:limit]
    return TaskPage(
        tasks=[
            task_shown(
                task,
                ask.core.providers[task.provider],
                now_ms,
                f"scenario:{task.ordinal}" in struck,
            )
            for task in page
        ],
        next=page[-1].ordinal if page and len(found) > limit else None,
        total=await store.task_count(sandbox.id),
    )


async def show(ask: Ask) -> WholeTask:
    """One task with its plan. A record that the provider has dropped is shown while the store keeps it."""
    task_id = ask.params["task"]
    await ask.core.reports.settled((await ask.sandbox()).id)
    snapshot = await ask.snapshot(task_id)
    task, sandbox = snapshot.task, snapshot.sandbox
    if task is None:
        ids = (task.id for task in await ask.core.store.tasks(sandbox.id, 0, MOST_ON_PAGE))
        raise Missing("task", task_id, nearest(task_id, ids))
    provider = ask.core.providers[task.provider]
    now_ms = ask.now_ms(sandbox.clock)
    counter = f"scenario:{task.ordinal}"
    struck = counter in await ask.core.store.counters(sandbox.id, counter)
    return task_shown_whole(task, provider, sandbox.id, now_ms, struck)


ROUTES = (served(LIST_TASKS, list_some), served(GET_TASK, show))
