"""A task as the scenario `succeed` would have made it, with the same request, seed and timing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.job.plan import Plan, outcome_step
from mockserver.domain.reply.difference import Place
from mockserver.domain.reply.reply import Reply, unfolded

if TYPE_CHECKING:
    from mockserver.domain.job.task import Task, Upgrade


def usual_task(task: Task) -> Task:
    """The task with its usual plan, and with upgrades as they would be under that plan."""
    usual = task.usual
    if usual is None:
        return task
    upgrades = tuple([_usual_upgrade(upgrade, usual) for upgrade in task.upgrades])
    return replace(task, plan=usual, usual=None, upgrades=upgrades)


def _usual_upgrade(upgrade: Upgrade, usual: Plan) -> Upgrade:
    if upgrade.ready_ms is not None:
        return upgrade
    ready_ms = usual.hd_ms if upgrade.failed_ms is None else upgrade.failed_ms
    return replace(upgrade, ready_ms=ready_ms, failed_ms=None, failure=None)


def missed_end_ms(task: Task) -> int | None:
    """When a job that never ends would have ended; None for every other job."""
    if task.usual is None or outcome_step(task.plan) is not None:
        return None
    step = outcome_step(task.usual)
    return step.at_ms if step is not None else None


def dead_link(task: Task, reply: Reply) -> Place | None:
    """Where a reply names a link that is dead but usually is not: the same bytes mean something else."""
    if task.usual is None or task.plan.results.urls != "broken":
        return None
    body = unfolded(reply).body
    text = b"".join([f.data for f in body]) if isinstance(body, tuple) else body
    at = text.find(f"/{task.id}-0-".encode()) if isinstance(text, bytes) else -1
    return Place("byte", at) if at >= 0 else None
