"""What fault rules may ask about a call, a download or a callback: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.domain.chance.chance import digest
from mockserver.domain.fault.match import Facts
from mockserver.domain.job.plan import state_at
from mockserver.domain.provider.command import Submit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.domain.callback.delivery import Delivery
    from mockserver.domain.fault.index import Aim
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.command import Command
    from mockserver.domain.provider.provider import Context, Inbound, Operation


def aim_of(
    provider: str, command: Command | None, task: Task | None, now_ms: int, phased: bool
) -> Aim:
    """The few facts that decide about most rules, before all the facts are collected."""
    if isinstance(command, Submit):
        return command.model, "", command.prompt
    if task is not None and task.provider == provider:
        phase = state_at(task.plan, now_ms).phase if phased else ""
        return task.model, phase, task.prompt
    return "", "", ""


def facts_of(
    provider: str,
    operation: Operation[Any],
    inbound: Inbound,
    context: Context,
    command: Command | None,
    task: Task | None,
) -> Facts:
    """The facts of a provider call; what could not be read is empty."""
    if isinstance(command, Submit):
        return Facts(
            provider,
            operation.name,
            operation.call_phase,
            context.now_ms,
            model=command.model,
            prompt=command.prompt,
            headers=inbound.headers,
            subject=digest("", command.model, command.prompt, size_bytes=8).hex(),
            submit=command,
            method=inbound.method,
        )
    if task is not None and task.provider == provider:
        facts = of_task(task, operation.name, operation.call_phase, context.now_ms, inbound.headers)
        return replace(facts, method=inbound.method)
    return Facts(
        provider,
        operation.name,
        operation.call_phase,
        context.now_ms,
        headers=inbound.headers,
        method=inbound.method,
    )


def of_task(
    task: Task,
    operation: str,
    call_phase: str,
    now_ms: int,
    headers: Sequence[tuple[bytes, bytes]],
    delivery: int = 0,
) -> Facts:
    """The facts of a call that is about a task."""
    state = state_at(task.plan, now_ms)
    return Facts(
        task.provider,
        operation,
        call_phase,
        now_ms,
        model=task.model,
        prompt=task.prompt,
        job_phase=state.phase,
        progress=state.progress,
        headers=headers,
        subject=str(task.ordinal),
        delivery=delivery,
        task=task,
    )


def of_delivery(task: Task, delivery: Delivery, now_ms: int) -> Facts:
    """The facts of the next attempt of a callback."""
    facts = of_task(task, "callback", "callback", now_ms, (), len(delivery.attempts) + 1)
    return replace(facts, method="POST")
