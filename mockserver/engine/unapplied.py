"""Says what came nearest to a rule that was never applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.fault.nearest import beyond, came, differences, nearest
from mockserver.domain.journal.journal import Contact
from mockserver.engine.paging import all_entries, all_tasks

if TYPE_CHECKING:
    from mockserver.domain.fault.rule import FaultRule
    from mockserver.domain.job.task import Task
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.engine.faults import Faults, Tally

UNSEEN = "the call is as the rule wants it: it was set later, or not in time"


async def why_unapplied(faults: Faults, sandbox: Sandbox, tally: Tally) -> str:
    """The call that came nearest and what differed, or that too few calls came; else empty.

    If `when` matched and something else held the rule back, the counts of the rule say so.
    """
    if tally.applied:
        return ""
    when = tally.rule.when
    if not tally.matched:
        return "" if tally.held_back else await _nearest(faults, sandbox, tally)
    if when.call is not None:
        return beyond("call", when.call, tally.matched)
    if when.attempt is None:
        return ""
    counters = await faults.store.counters(sandbox.id, f"fault:{tally.rule.serial}:attempt:")
    return beyond("attempt", when.attempt, max(counters.values(), default=0))


async def _nearest(faults: Faults, sandbox: Sandbox, tally: Tally) -> str:
    compiled = faults.rule_compiler.compile(tally.rule)
    tasks = {task.id: task async for task in all_tasks(faults.store, sandbox.id)}
    calls = [
        came(entry, tasks.get(entry.task_id))
        async for entry in all_entries(faults.store, sandbox.id)
        if isinstance(entry, Contact)
    ]
    return nearest(compiled, calls, frozenset(faults.rule_compiler.places(compiled)))


def why_passed(faults: Faults, rule: FaultRule, entry: Contact, task: Task | None) -> str:
    """Why a rule did not match a call, as far as the journal shows it."""
    compiled = faults.rule_compiler.compile(rule)
    places = frozenset(faults.rule_compiler.places(compiled))
    return "; ".join(differences(compiled, came(entry, task), places)) or UNSEEN
