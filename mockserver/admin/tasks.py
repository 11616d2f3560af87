"""The tasks of a sandbox, and one with its whole plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.entry import headers_shown
from mockserver.admin.responses.task import task_shown, task_shown_whole
from mockserver.control.looks import JobAnswers
from mockserver.control.operations import GET_JOB_ANSWERS, GET_TASK, LIST_TASKS
from mockserver.control.records import TaskPage, WholeTask
from mockserver.control.schemas import MOST_ON_PAGE
from mockserver.domain.input.errors import Missing, nearest
from mockserver.engine.foretold import Foretold, foretold

if TYPE_CHECKING:
    from mockserver.control.parts import JobAnswer
    from mockserver.domain.job.task import Task
    from mockserver.domain.sandbox.snapshot import Snapshot


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
    await ask.core.reports.settled((await ask.sandbox()).id)
    snapshot, task = await _loaded(ask)
    sandbox = snapshot.sandbox
    provider = ask.core.providers[task.provider]
    now_ms = ask.now_ms(sandbox.clock)
    counter = f"scenario:{task.ordinal}"
    struck = counter in await ask.core.store.counters(sandbox.id, counter)
    return task_shown_whole(task, provider, sandbox.id, now_ms, struck)


async def show_answers(ask: Ask) -> JobAnswers:
    """What each call about a task would be answered with now. Faults do not strike here."""
    found = foretold(ask.core, *await _loaded(ask))
    return JobAnswers([_answer_shown(one) for one in found])


def _answer_shown(found: Foretold) -> JobAnswer:
    reply = found.reply
    return {
        "operation": found.operation.name,
        "method": found.operation.method,
        "path": found.path,
        "status": reply.status,
        "headers": headers_shown(reply.headers),
        "text": reply.body.decode("utf-8", "replace") if isinstance(reply.body, bytes) else "",
    }


async def _loaded(ask: Ask) -> tuple[Snapshot, Task]:
    """The task that the path names. Raises Missing."""
    task_id = ask.params["task"]
    snapshot = await ask.snapshot(task_id)
    if snapshot.task is None:
        tasks = await ask.core.store.tasks(snapshot.sandbox.id, 0, MOST_ON_PAGE)
        raise Missing("task", task_id, nearest(task_id, (task.id for task in tasks)))
    return snapshot, snapshot.task


ROUTES = (
    served(LIST_TASKS, list_some),
    served(GET_TASK, show),
    served(GET_JOB_ANSWERS, show_answers),
)
