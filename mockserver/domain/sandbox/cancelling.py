"""Ends a job before its time. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.job.plan import end_ms, has_ended, outcome_step, state_at, stopped
from mockserver.domain.provider.command import CancelJob, Cancelled
from mockserver.domain.sandbox.snapshot import Changes, Snapshot
from mockserver.domain.sandbox.use_cases import delivery_of, present

if TYPE_CHECKING:
    from mockserver.domain.job.plan import Plan
    from mockserver.domain.job.task import Task
    from mockserver.domain.money.ledger import Ledger
    from mockserver.domain.provider.quota import Hits
    from mockserver.domain.sandbox.admission import AllHits
    from mockserver.domain.sandbox.caller import Caller
    from mockserver.domain.sandbox.sandbox import Books


def cancel(
    snapshot: Snapshot, caller: Caller, command: CancelJob
) -> tuple[Cancelled, Changes | None]:
    """Ends a job now. A job that has ended stays as it is. Raises Refusal(`not_found`)."""
    task, now_ms = present(snapshot, caller, command.task_id), caller.now_ms
    if has_ended(task.plan, now_ms):
        return Cancelled(task, state_at(task.plan, now_ms), first=False), None
    plan = _stopped(task.plan, caller, command)
    usual = task.usual and _stopped(task.usual, caller, command)
    ended = replace(task, plan=plan, usual=None if usual == plan else usual)
    books = replace(
        snapshot.books,
        ledgers=_refunded(snapshot.books, task, now_ms if command.refunds else None),
        hits=_freed(snapshot.books.hits, task),
    )
    url = task.callback_url
    deliveries = (delivery_of(ended, "finished", url, now_ms),) if url else ()
    changes = Changes(books=books, tasks=(ended,), deliveries=deliveries, replans=True)
    return Cancelled(ended, state_at(plan, now_ms), first=True), changes


def _stopped(plan: Plan, caller: Caller, command: CancelJob) -> Plan:
    if has_ended(plan, caller.now_ms):
        return plan
    return stopped(plan, caller.now_ms, command.cause, caller.provider.retention_ms)


def _refunded(books: Books, task: Task, at_ms: int | None) -> dict[str, Ledger]:
    """The ledgers with the price of a job back at `at_ms`, and not when the job would have failed."""
    end = outcome_step(task.plan)
    due_ms = end.at_ms if end is not None and end.phase == "failed" else None
    ledger = books.ledger(task.provider).with_refund(task.price_micros, due_ms, at_ms)
    return {**books.ledgers, task.provider: ledger}


def _freed(hits: AllHits, task: Task) -> AllHits:
    """The hits without this job among those under way, which are counted by their ends."""
    own, until_ms = (f":{task.key}", ":account"), end_ms(task.plan)
    return {
        name: _without_one(found, until_ms) if name.endswith(own) else found
        for name, found in hits.items()
    }


def _without_one(hits: Hits, until_ms: int) -> Hits:
    index = next((n for n, hit in enumerate(hits) if hit.virtual_ms == until_ms), None)
    return hits if index is None else (*hits[:index], *hits[index + 1 :])
