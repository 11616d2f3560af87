"""What a clock in mode auto does after a reply about a task: it goes to the next awaited moment."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from mockserver.domain.input.errors import Missing
from mockserver.domain.job.plan import next_in_ms, next_step_ms
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.domain.scenario.usual import missed_end_ms, usual_task
from mockserver.domain.time.clock import Instant

if TYPE_CHECKING:
    from mockserver.domain.fault.match import CompiledRule
    from mockserver.domain.job.task import Task
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.domain.time.clock import ClockState
    from mockserver.engine.faults import Faults
    from mockserver.engine.sandboxes import Sandboxes


CONTENT = ("content", "download")  # call phases that ask for the video itself


class Auto:
    """Moves clocks in mode auto on; others stay as they are."""

    def __init__(self, sandboxes: Sandboxes, faults: Faults) -> None:
        self._sandboxes = sandboxes
        self._faults = faults

    async def go_on(
        self, sandbox: Sandbox, task: Task, now_ms: int, real_ms: int, phase: str
    ) -> None:
        """Goes on to the task's next landmark, if any, after a reply to a call of that phase.

        `now_ms` is the virtual time of the reply.
        """
        with suppress(StoreUnavailable, Missing):  # the reply stays valid even if this fails
            waiting = await self._faults.waiting(sandbox, task, Instant(now_ms, real_ms))
            at_ms = next_landmark_ms(task, waiting, now_ms, phase in CONTENT)
            if at_ms is not None:
                await self._sandboxes.set_clock(sandbox.id, partial(_reached, at_ms))


def next_landmark_ms(
    task: Task, waiting: tuple[CompiledRule, ...], now_ms: int, content: bool
) -> int | None:
    """The nearest moment for which a client or one of these rules waits; None if there is none.

    `content`: the client has asked for the video, so it waits for the content too.
    """
    found = [
        next_step_ms(task.plan, now_ms, content),
        missed_end_ms(task),
        *(upgrade.ends_ms for upgrade in (*task.upgrades, *usual_task(task).upgrades)),
    ]
    for compiled in waiting:
        when = compiled.rule.when
        found.append(next_in_ms(task.plan, now_ms, when.job_phase, when.progress))
    return min((ms for ms in found if ms is not None and ms > now_ms), default=None)


def _reached(at_ms: int, clock: ClockState, real_ms: int) -> ClockState:
    """The clock at that time; it is left alone if it was set to another mode in the meantime."""
    return clock.reach(at_ms, real_ms) if clock.mode == "auto" else clock
