"""Another job of the same sandbox, for faults that mix two jobs up; an invented one if there is no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.job.ids import near_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mockserver.domain.fault.match import CompiledRule
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.provider import Context
    from mockserver.engine.ports import Store

LOOKED_AT = 100  # jobs before and behind: none farther away is another


async def other_job(
    store: Store, sandbox_id: str, task: Task | None, rules: Iterable[CompiledRule]
) -> Task | None:
    """The job nearest to this one, with earlier jobs first; None if no rule asks for one."""
    if task is None or not any(compiled.fault.mechanism.about_other for compiled in rules):
        return None
    first = max(0, task.ordinal - 1 - LOOKED_AT)
    found = await store.tasks(sandbox_id, first, 2 * LOOKED_AT + 1)
    return nearest_other(task, found)


def earlier(context: Context, task: Task, ago_ms: int) -> Context:
    """The moment of a call some time ago, but not before the task was made."""
    return replace(context, now_ms=max(task.created_ms, context.now_ms - ago_ms))


def nearest_other(task: Task, tasks: Iterable[Task]) -> Task:
    """The job of the same provider made just before, else just behind; else one that nobody made."""
    others = [one for one in tasks if one.provider == task.provider and one.id != task.id]
    made_up = replace(task, id=near_id(task.id))
    return min(
        others,
        key=lambda one: (one.ordinal > task.ordinal, abs(one.ordinal - task.ordinal)),
        default=made_up,
    )
