"""The result of a call before it is sent, and where its scenario or a late refund shows in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.fault.match import Stake
from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.plan import differs_in_times_alone
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Draft, Matched
from mockserver.domain.journal.lazy_entry import draft_of
from mockserver.domain.provider.provider import Context
from mockserver.domain.reply.difference import Place, first_difference
from mockserver.domain.reply.reply import Reply, Stream
from mockserver.domain.scenario.scenario import Undecided
from mockserver.domain.scenario.usual import dead_link, usual_task
from mockserver.engine.apply import stake_of
from mockserver.engine.stakes import SCENARIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.engine.call import Call


class Served(Struct, frozen=True, gc=False):
    """The result of a call before it is sent.

    `usual` is the reply under the scenario `succeed`, if the task has another scenario. `counter`
    counts how often the difference showed.
    """

    reply: Reply
    context: Context
    task: Task | None
    reason: str
    matched: tuple[Matched, ...] = ()
    model: str = ""
    stakes: tuple[Stake, ...] = ()
    scenario: str = ""
    scenario_struck: bool = False
    about: Task | None = None  # a clock in mode auto now goes to the next landmark of this task
    usual: Reply | None = None
    counter: str = ""
    undecided: tuple[Undecided, ...] = ()


def with_late_refunds(served: Served, snapshot: Snapshot, provider: str) -> Served:
    """A balance, with the rules that hold a refund back: they show in the money that is left."""
    ids = snapshot.books.ledger(provider).late_by(served.context.now_ms)
    rules = [rule for rule in snapshot.sandbox.rules if rule.id in ids]
    if not rules:
        return served
    said = [Matched(rule.id, rule.fault, True, False, "holds a refund back") for rule in rules]
    stakes = [stake_of(rule, Place("byte", 0)) for rule in rules]
    return replace(served, matched=tuple(said), stakes=tuple(stakes))


def would_have_been_paid(
    snapshot: Snapshot, provider: str, now_ms: int, decided: Callable[[Snapshot], object]
) -> bool:
    """Whether a call that the balance refuses would be accepted if all refunds had come in time."""
    books = snapshot.books
    if not books.ledger(provider).late_by(now_ms):
        return False
    ledgers = {**books.ledgers, provider: books.ledger(provider).on_time()}
    try:
        decided(replace(snapshot, books=replace(books, ledgers=ledgers)))
    except Refusal as refusal:
        return refusal.kind != "insufficient_balance"
    return True


def usual_of_new(served: Served, encode: Callable[[Task], Reply]) -> Reply:
    """The reply to the same submission under the scenario `succeed`; `encode` makes a reply of a task.

    This is only for a submission that was accepted and extends no job: `succeed` would have
    accepted it too.
    """
    task, body = served.task, served.reply.body
    assert task is not None, "a submission that was accepted"
    assert task.usual is not None, "a scenario that plans otherwise"
    if type(body) is Stream and differs_in_times_alone(task.plan, task.usual):
        return replace(served.reply, body=body.under(task.usual))
    return encode(usual_task(task))


def compared(served: Served, usual: Reply, method: str) -> Served:
    """The same, with the place at which the reply differs from the usual.

    If it does not differ, the scenario is left out.
    """
    bodiless, now_ms, reply = method == "HEAD", served.context.now_ms, served.reply
    place = first_difference(usual, reply, now_ms, bodiless=bodiless)
    if place is None and served.task is not None:
        place = dead_link(served.task, reply)
    if place is None:
        return replace(served, scenario="")
    return replace(served, stakes=(*served.stakes, Stake(SCENARIO, served.counter, place)))


def drafted(call: Call, served: Served, real_ms: int) -> Draft:
    """What the journal keeps of it."""
    reply, task = served.reply, served.task
    return draft_of(
        call.provider.name,
        call.operation,
        call.inbound,
        call.key,
        real_ms,
        served.context.now_ms,
        task.model if task else served.model,
        task.id if task else "",
        reply,
        served.reason,
        served.matched,
        served.scenario,
        served.scenario_struck,
        served.undecided,
    )
