"""What a provider would answer of a job now. Nothing is done for it, and the journal hears nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from msgspec import Struct

from mockserver.domain.fault.submission_overrides import NO_OVERRIDES
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Context, Inbound
from mockserver.domain.reply.reply import Reply
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.decide import decide
from mockserver.engine.exchange import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.provider import Operation, Provider
    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.engine.core import Core

ASKS = ("poll",)


class Foretold(Struct, frozen=True):
    """The answer to one call."""

    operation: Operation[Any]
    path: str
    reply: Reply


def foretold(core: Core, snapshot: Snapshot, task: Task) -> Iterator[Foretold]:
    """The answer to each call that asks for a job, without faults."""
    provider = core.providers[task.provider]
    for operation in provider.operations:
        if operation.call_phase in ASKS and operation.task_param:
            inbound = _asking(operation, task.id)
            path = inbound.path + (f"?{inbound.query_string}" if inbound.query_string else "")
            yield Foretold(
                operation, path, _answer(core, provider, operation, inbound, snapshot, task)
            )


def _asking(operation: Operation[Any], task_id: str) -> Inbound:
    """A request for a job, which stands in the path or in the query."""
    name = operation.task_param
    if f"{{{name}}}" in operation.path:
        path = operation.path.replace(f"{{{name}}}", quote(task_id, safe=""))
        return Inbound(operation.method, path, params={name: task_id})
    return Inbound(operation.method, operation.path, urlencode({name: task_id}))


def _answer(
    core: Core,
    provider: Provider,
    operation: Operation[Any],
    inbound: Inbound,
    snapshot: Snapshot,
    task: Task,
) -> Reply:
    sandbox, real_ms = snapshot.sandbox, core.system.real_ms()
    context = Context(
        now_ms=sandbox.clock.at(real_ms),
        sandbox_id=sandbox.id,
        seed=sandbox.seed,
        clock=sandbox.clock,
        dialect=provider.dialect_with(sandbox.dialect.get(provider.name)),
        base_url=task.base_url,
        webhook_key=sandbox.webhook_key,
        speed=sandbox.speed,
        request=inbound,
        real_ms=real_ms,
    )
    caller = Caller(
        provider, operation.name, task.key, task.base_url, context.now_ms, context.dialect, real_ms
    )
    try:
        command: Any = operation.decode(inbound, context)
        outcome = decide(snapshot, caller, command, core.scenarios, NO_OVERRIDES).outcome
        return operation.encode(outcome, inbound, context)
    except Refusal as refusal:
        return refused(provider, refusal, context)
