"""One line of virtual time with everything that happened: calls, states, callbacks, faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.finding.evidence import SUBMISSIONS
from mockserver.domain.input.counted import counted
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import (
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
from mockserver.domain.reply.performed import Performed
from mockserver.domain.reply.statuses import is_success

MomentKind = Literal["request", "state", "callback", "chunk", "reply", "clock", "control"]
_SHORT_ID_CHARS = 14
_NONE_BEGUN: Mapping[int, Exchange] = {}


class Moment(Struct, frozen=True):
    """One event on the line. `after_ms` counts from the first event; `bad` marks what went wrong.

    `entry` is the number of the journal entry, or 0 for a state of a task.
    """

    at_ms: int
    after_ms: int
    kind: MomentKind
    what: str
    task_id: str = ""
    faults: tuple[str, ...] = ()
    entry: int = 0
    bad: bool = False


Place = tuple[int, int, int, int]  # virtual time, rank, number, step
Placed = tuple[Place, Moment]
BEGIN: Place = (-1, 0, 0, 0)
_SUBMISSION, _STATE, _REST = range(3)


class Axis:
    """Takes events in any order, and keeps the first `limit` events after a place.

    They are in the order of virtual time. At the same time, a submission comes first, then the
    states of tasks, then everything else.
    """

    def __init__(self, after: Place, limit: int) -> None:
        self._after, self._limit = after, limit
        self._kept: list[Placed] = []
        self._start_ms: int | None = None

    def take(self, found: Iterable[Placed]) -> None:
        """Takes more events."""
        some = list(found)
        if not some:
            return
        first_ms = min(place[0] for place, _ in some)
        self._start_ms = first_ms if self._start_ms is None else min(self._start_ms, first_ms)
        self._kept += [placed for placed in some if placed[0] > self._after]
        self._kept.sort(key=itemgetter(0))
        del self._kept[self._limit + 1 :]  # one more event shows that there is another page

    def page(self) -> tuple[list[Moment], Place | None]:
        """The events, and the place after which the next page begins; None if there is no next page."""
        start_ms = self._start_ms or 0
        some = self._kept[: self._limit]
        moments = [replace(m, after_ms=m.at_ms - start_ms) for _, m in some]
        return moments, some[-1][0] if some and len(self._kept) > self._limit else None


def entry_moments(
    entries: Iterable[Entry], begun: Mapping[int, Exchange] = _NONE_BEGUN
) -> Iterator[Placed]:
    """The events that journal entries tell; `begun` has the exchanges of replies that took time."""
    for entry in entries:
        if isinstance(entry, Sent):
            yield from _sent(entry, begun.get(entry.of))
            continue
        found = _moment(entry)
        submits = isinstance(entry, Exchange) and entry.call_phase in SUBMISSIONS
        yield (found.at_ms, _SUBMISSION if submits else _REST, entry.seq, 0), found


def _sent(entry: Sent, begun: Exchange | None) -> Iterator[Placed]:
    """Each chunk of a stream, and an end that came early; with the faults that struck there."""
    done, task_id = entry.performed, begun.task_id if begun else ""
    faults = begun.faults if begun else ()

    def struck_by(number: int) -> tuple[str, ...]:
        return tuple(f.fault for f in faults if entry.struck_pieces.get(f.rule) == number)

    before_bytes = 0
    for number, (at_ms, sent_bytes) in enumerate(done.pieces, 1):
        struck = struck_by(number)
        what = f"chunk {number} of {done.chunks}, {sent_bytes - before_bytes} bytes"
        found = Moment(at_ms, 0, "chunk", what, task_id, struck, entry.seq, bool(struck))
        yield (at_ms, _REST, entry.seq, number), found
        before_bytes = sent_bytes
    last = done.chunks + 1
    if not done.whole:
        what = f"reply ended early after {counted(done.sent_bytes, 'byte')} ({_why_early(done)})"
        found = _at(entry, "reply", what, task_id, struck_by(last), bad=True)
        yield (found.at_ms, _REST, entry.seq, last), found


def _moment(entry: Contact | Closed | ClockMoved | ClockSet | Controlled) -> Moment:
    match entry:
        case Exchange():
            query = f"?{entry.query}" if entry.query else ""
            why = f" ({entry.reason})" if entry.reason else ""
            what = f"{entry.method} {entry.path}{query} -> {entry.status or 'no answer'}{why}"
            faults = _struck(entry)
            bad = bool(faults) or entry.status >= 400 or bool(entry.reason)
            return _at(entry, "request", what, entry.task_id, faults, bad=bad)
        case DeliveryTried():
            why = f" ({entry.reason})" if entry.reason else ""
            answer = f"{entry.status}{why}" if entry.status else entry.reason
            what = f"callback, attempt {entry.attempt} -> {answer}"
            bad = not is_success(entry.status)
            return _at(entry, "callback", what, entry.task_id, _struck(entry), bad=bad)
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


def state_moments(tasks: Iterable[Task], now_ms: int) -> Iterator[Placed]:
    """The states that tasks have reached by now."""
    for task in tasks:
        for number, step in enumerate(task.plan.steps):
            if step.at_ms <= now_ms:
                cause = f": {step.failure.message}" if step.failure else ""
                what = f"task {short(task)} {step.phase}{cause}"
                bad = step.phase == "failed"
                found = Moment(step.at_ms, 0, "state", what, task.id, (), 0, bad)
                yield (step.at_ms, _STATE, task.ordinal, number), found


def short(task: Task) -> str:
    """An id that fits on a line."""
    return task.id if len(task.id) <= _SHORT_ID_CHARS else task.id[: _SHORT_ID_CHARS - 1] + "…"


def _why_early(done: Performed) -> str:
    if done.outlasted:
        return "patience ended"
    return "the client left" if done.gone else "cut on purpose"
