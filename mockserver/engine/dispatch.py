"""How one attempt of a callback is sent, after faults have changed it: pure, except the rules' counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
from mockserver.domain.fault.changing import as_reply, outgoing_difference
from mockserver.domain.fault.facts import of_delivery
from mockserver.domain.fault.match import Stake
from mockserver.domain.job.plan import outcome_step
from mockserver.domain.journal.journal import Matched
from mockserver.domain.reply.difference import Place
from mockserver.domain.scenario.usual import dead_link, usual_task
from mockserver.engine.apply import RuleApplication, stake_of
from mockserver.engine.other_job import other_job
from mockserver.engine.stakes import SCENARIO

if TYPE_CHECKING:
    from mockserver.domain.callback.delivery import CallbackPolicy, Delivery, Message
    from mockserver.domain.fault.rule import FaultRule
    from mockserver.domain.input.errors import Refusal
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.provider import Context, Provider
    from mockserver.domain.reply.reply import Reply
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.engine.faults import Faults

DENIED = (401, 403)


class Dispatched(Struct, frozen=True):
    """An attempt that is ready to be made: the attempt, the rules that matched, and where they show.

    `scenario` is the task's scenario, if the callback is not the one that `succeed` would have
    sent.
    """

    outgoing: OutgoingAttempt
    matched: tuple[Matched, ...] = ()
    stakes: tuple[Stake, ...] = ()
    scenario: str = ""


async def dispatch(
    faults: Faults,
    sandbox: Sandbox,
    provider: Provider,
    task: Task,
    delivery: Delivery,
    context: Context,
) -> Dispatched:
    """The attempt, ready to be made."""
    plain = _outgoing(task, delivery, context)
    if delivery.withheld:
        missing = Stake(SCENARIO, _counter(task), Place("moment", at_ms=delivery.event_ms))
        return Dispatched(replace(plain, dropped=True), (), (missing,), task.scenario)
    compiled = faults.compiled(sandbox, (provider.name, "callback"), (), context.now_ms)
    if not compiled and not delivery.detail and task.usual is None:
        return Dispatched(plain)

    def refuse(refusal: Refusal) -> Reply:
        return provider.refuse(refusal, context)

    written = partial(write, provider, context)
    facts = of_delivery(task, delivery, context.now_ms)
    rules = compiled.matching(facts)
    other = await other_job(faults.store, sandbox.id, task, rules)
    application = RuleApplication(faults.store, rules, facts, context, refuse, other=other)
    outgoing = await application.delivery(plain, written)
    earlier = _begun_earlier(sandbox, delivery)
    stakes = [*application.stakes, *(stake_of(rule, Place("status")) for rule in earlier)]
    matched = (*application.matched, *(_said(rule, delivery) for rule in earlier))
    scenario = ""
    if task.usual is not None:
        usual = application.onto_outgoing(_outgoing(usual_task(task), delivery, context))
        place = outgoing_difference(usual, outgoing, written) or _other_time(task, delivery)
        place = place or dead_link(task, as_reply(written(outgoing)))
        if place is not None:
            scenario = task.scenario
            stakes.append(Stake(SCENARIO, _counter(task), place))
    return Dispatched(outgoing, matched, tuple(stakes), scenario)


def _counter(task: Task) -> str:
    return f"scenario:{task.ordinal}"


def _outgoing(task: Task, delivery: Delivery, context: Context) -> OutgoingAttempt:
    return OutgoingAttempt(
        task=_told(task, delivery),
        delivery=delivery,
        now_ms=context.now_ms,
        signed_ms=context.now_ms,
        webhook_key=context.webhook_key,
    )


def _begun_earlier(sandbox: Sandbox, delivery: Delivery) -> list[FaultRule]:
    """Rules that made this delivery, or made it early: they show when it is sent."""
    ids = (delivery.detail.get("by"), delivery.detail.get("early_by"))
    return [rule for rule in sandbox.rules if rule.id in ids]


def _said(rule: FaultRule, delivery: Delivery) -> Matched:
    what = "made this copy" if delivery.detail.get("by") == rule.id else "made it early"
    return Matched(rule.id, rule.fault, True, False, what)


def _other_time(task: Task, delivery: Delivery) -> Place | None:
    """A callback about the end of a job that usually ends at another time: this shows when it is sent."""
    usual, step = usual_task(task), outcome_step(task.plan)
    end = outcome_step(usual.plan)
    tells_the_end = step is not None and delivery.event_ms == step.at_ms
    return Place("status") if tells_the_end and end != step else None


def _told(task: Task, delivery: Delivery) -> Task:
    """The task as this delivery shows it: a contradicting copy says the opposite."""
    if not delivery.detail.get("contradict"):
        return task
    results = task.plan.results
    opposite = replace(results, contradict_callback=not results.contradict_callback)
    return replace(task, plan=replace(task.plan, results=opposite))


def write(provider: Provider, context: Context, outgoing: OutgoingAttempt) -> Message:
    """The message of an attempt, in the provider's words and with all changes."""
    assert provider.callback is not None, "only a provider that sends callbacks is asked"
    context = replace(
        context,
        now_ms=outgoing.signed_ms,
        real_ms=context.real_ms + outgoing.signed_ms - outgoing.now_ms,
        webhook_key=outgoing.webhook_key,
    )
    message = provider.callback(outgoing.task, outgoing.delivery, context)
    for change in outgoing.changes:
        message = change(message)
    return message


def why_refused(
    policy: CallbackPolicy, context: Context, outgoing: OutgoingAttempt, status: int | None
) -> str:
    """The likely cause if a receiver answers 401 or 403, by what was sent; empty if none is known."""
    plain = _outgoing(outgoing.task, outgoing.delivery, context)
    is_struck = outgoing.changes or outgoing.signed_ms != plain.signed_ms
    if status not in DENIED or not policy.signs or is_struck:
        return ""
    if outgoing.webhook_key != plain.webhook_key:
        return ""
    mend = f"reelmock sandbox webhook-key KEY --sandbox {context.sandbox_id}"
    if not outgoing.webhook_key:
        return f"it was not signed, for the sandbox has no webhook key; to set one: {mend}"
    return f"it was signed with the sandbox's webhook key; if the receiver has another one: {mend}"


def put_off(outgoing: OutgoingAttempt) -> Delivery | None:
    """The delivery if this attempt is not made: lost, or delayed; else None."""
    delivery = outgoing.delivery
    if outgoing.dropped:
        never = f"scenario {outgoing.task.scenario}: the job never ends"
        note = never if delivery.withheld else "a fault lost it"
        return replace(delivery, state="given_up", due_ms=None, note=note)
    if outgoing.hold_until_ms is not None:
        held_by = [*delivery.detail.get("held_by", ()), outgoing.held_by]
        detail = {**delivery.detail, "held_by": held_by}
        return replace(delivery, due_ms=outgoing.hold_until_ms, detail=detail)
    return None
