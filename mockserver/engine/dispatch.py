"""How one attempt of a callback leaves, once faults had their say: pure but for the rules' counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.parcel import Parcel
from mockserver.engine.facts import of_delivery
from mockserver.engine.strike import Strike

if TYPE_CHECKING:
    from mockserver.domain.delivery import Delivery, Message
    from mockserver.domain.errors import Refusal
    from mockserver.domain.journal import Matched
    from mockserver.domain.provider import Context, Provider
    from mockserver.domain.reply import Reply
    from mockserver.domain.sandbox import Sandbox
    from mockserver.domain.task import Task
    from mockserver.engine.faults import Faults


async def dispatch(
    faults: Faults,
    sandbox: Sandbox,
    provider: Provider,
    task: Task,
    delivery: Delivery,
    context: Context,
) -> tuple[Parcel, tuple[Matched, ...]]:
    """The attempt as it is to be made, and the rules that matched it."""
    parcel = Parcel(
        task=_told(task, delivery),
        delivery=delivery,
        now_ms=context.now_ms,
        signed_ms=context.now_ms,
        webhook_key=context.webhook_key,
    )
    armed = faults.armed(sandbox, (provider.name, "callback"), (), context.now_ms)
    if not armed:
        return parcel, ()

    def refuse(refusal: Refusal) -> Reply:
        return provider.refuse(refusal, context)

    facts = of_delivery(task, delivery, context.now_ms)
    strike = Strike(faults.store, armed.matching(facts), facts, context, refuse)
    parcel = await strike.delivery(parcel, partial(write, provider, context))
    return parcel, tuple(strike.matched)


def _told(task: Task, delivery: Delivery) -> Task:
    """The task as this delivery tells it: a contradicting copy says the opposite."""
    if not delivery.detail.get("contradict"):
        return task
    results = task.plan.results
    opposite = replace(results, contradict_callback=not results.contradict_callback)
    return replace(task, plan=replace(task.plan, results=opposite))


def write(provider: Provider, context: Context, parcel: Parcel) -> Message:
    """The message of a parcel, in the provider's words and with every change applied."""
    assert provider.callback is not None, "only a provider that sends callbacks is asked"
    context = replace(context, now_ms=parcel.signed_ms, webhook_key=parcel.webhook_key)
    message = provider.callback(parcel.task, parcel.delivery, context)
    for change in parcel.changes:
        message = change(message)
    return message


def put_off(parcel: Parcel) -> Delivery | None:
    """The delivery when this attempt is not made: lost, or held until later; else None."""
    delivery = parcel.delivery
    if parcel.dropped:
        return replace(delivery, state="given_up", due_ms=None, note="a fault lost it")
    if parcel.hold_until_ms is not None:
        held_by = [*delivery.detail.get("held_by", ()), parcel.held_by]
        detail = {**delivery.detail, "held_by": held_by}
        return replace(delivery, due_ms=parcel.hold_until_ms, detail=detail)
    return None
