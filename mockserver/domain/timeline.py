"""One axis of virtual time with everything that happened on it: calls, states, callbacks, faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from mockserver.domain.evidence import Evidence
from mockserver.domain.journal import (
    ClockMoved,
    ClockSet,
    Closed,
    Contact,
    Controlled,
    DeliveryTried,
    Entry,
    Exchange,
    Sent,
)
from mockserver.domain.performed import Performed
from mockserver.domain.statuses import is_success
from mockserver.domain.task import Task

MomentKind = Literal["request", "state", "callback", "reply", "clock", "control"]
_SHORT_ID_CHARS = 14


class Moment(Struct, frozen=True):
    """One thing on the axis. `after_ms` counts from the first; `bad` marks what went wrong.

    `entry` is the number of the journal entry, 0 for a state of a task.
    """

    at_ms: int
    after_ms: int
    kind: MomentKind
    what: str
    task_id: str = ""
    faults: tuple[str, ...] = ()
    entry: int = 0
    bad: bool = False


def timeline(evidence: Evidence) -> tuple[Moment, ...]:
    """Everything up to now in the order of virtual time.

    Of what came together, a submission comes first, then the states of tasks, then the rest.
    """
    submissions = {e.seq for e in evidence.exchanges("create", "stream")}
    moments = [*_entries(evidence), *_states(evidence)]
    moments.sort(key=lambda m: (m.at_ms, 0 if m.entry in submissions else bool(m.entry) + 1))
    start_ms = moments[0].at_ms if moments else 0
    return tuple(
        Moment(
            at_ms=m.at_ms,
            after_ms=m.at_ms - start_ms,
            kind=m.kind,
            what=m.what,
            task_id=m.task_id,
            faults=m.faults,
            entry=m.entry,
            bad=m.bad,
        )
        for m in moments
    )


def _entries(evidence: Evidence) -> Iterator[Moment]:
    for entry in evidence.entries:
        found = _moment(entry)
        if found is not None:
            yield found


def _moment(entry: Entry) -> Moment | None:
    match entry:
        case Exchange():
            query = f"?{entry.query}" if entry.query else ""
            why = f" ({entry.reason})" if entry.reason else ""
            what = f"{entry.method} {entry.path}{query} -> {entry.status}{why}"
            faults = _struck(entry)
            bad = bool(faults) or entry.status >= 400 or bool(entry.reason)
            return _at(entry, "request", what, entry.task_id, faults, bad=bad)
        case DeliveryTried():
            answer = str(entry.status) if entry.status else entry.reason
            what = f"callback, attempt {entry.attempt} -> {answer}"
            bad = not is_success(entry.status)
            return _at(entry, "callback", what, entry.task_id, _struck(entry), bad=bad)
        case Sent(performed=done):
            if done.whole:
                return None
            what = f"reply ended early after {done.sent_bytes} bytes ({_why_early(done)})"
            return _at(entry, "reply", what, bad=True)
        case Closed():
            return _at(entry, "reply", "idle connection closed", bad=True)
        case ClockMoved():
            return _at(entry, "clock", "clock moved")
        case ClockSet():
            return _at(entry, "clock", entry.what)
        case Controlled():
            return _at(entry, "control", entry.what)


def _struck(entry: Contact) -> tuple[str, ...]:
    return tuple(fault.fault for fault in entry.faults if fault.struck)


def _at(
    entry: Entry,
    kind: MomentKind,
    what: str,
    task_id: str = "",
    faults: tuple[str, ...] = (),
    *,
    bad: bool = False,
) -> Moment:
    return Moment(entry.virtual_ms, 0, kind, what, task_id, faults, entry.seq, bad)


def _states(evidence: Evidence) -> Iterator[Moment]:
    for task in evidence.tasks:
        for step in task.plan.steps:
            if step.at_ms <= evidence.now_ms:
                cause = f": {step.failure.message}" if step.failure else ""
                what = f"task {short(task)} {step.phase}{cause}"
                bad = step.phase == "failed"
                yield Moment(step.at_ms, 0, "state", what, task.id, (), 0, bad)


def short(task: Task) -> str:
    """An id that fits on a line."""
    return task.id if len(task.id) <= _SHORT_ID_CHARS else task.id[: _SHORT_ID_CHARS - 1] + "…"


def _why_early(done: Performed) -> str:
    if done.outlasted:
        return "patience ended"
    return "the client left" if done.gone else "cut on purpose"
