"""What lies ahead in a sandbox, pure: the moments that a clock may be moved to by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mockserver.domain.job.plan import next_step_ms, outcome_step
from mockserver.domain.job.task import media_until_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mockserver.domain.callback.delivery import Delivery
    from mockserver.domain.job.task import Task

Landmark = Literal["next_event", "task_done", "url_expiry"]
LANDMARKS: tuple[Landmark, ...] = ("next_event", "task_done", "url_expiry")


def landmark_ms(
    landmark: Landmark, tasks: Iterable[Task], deliveries: Iterable[Delivery], now_ms: int
) -> int | None:
    """The nearest such moment later than `now_ms`; None if there is none.

    | landmark   | of the tasks given, the nearest                                      |
    |------------|----------------------------------------------------------------------|
    | next_event | phase change, end of an upgrade, or attempt of a callback            |
    | task_done  | success or failure                                                   |
    | url_expiry | moment at which a video's link stops working                         |
    """
    if landmark == "next_event":
        found = [at_ms for task in tasks for at_ms in _events_ms(task, now_ms)]
        found += [d.due_ms for d in deliveries if d.due_ms is not None]
    elif landmark == "task_done":
        found = [step.at_ms for task in tasks if (step := outcome_step(task.plan)) is not None]
    else:
        found = [media_until_ms(task) for task in tasks]
    return min((at_ms for at_ms in found if at_ms > now_ms), default=None)


def _events_ms(task: Task, now_ms: int) -> list[int]:
    ends = [upgrade.ends_ms for upgrade in task.upgrades if upgrade.ends_ms is not None]
    step_ms = next_step_ms(task.plan, now_ms)
    return ends if step_ms is None else [*ends, step_ms]
