"""The time line of one job: requests, phases, chunks, deliveries and faults on one axis."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.live import status
from mockserver.domain.input.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mockserver.control.records import Callback, Entry, WholeTask

AXIS_CHARS = 16
REFUSED = 400
Kind = Literal["request", "phase", "chunks", "reply", "callback", "fault", "expiry"]
MARKS = {
    "request": ">",
    "phase": "*",
    "chunks": "=",
    "reply": "=",
    "callback": "<",
    "fault": "!",
    "expiry": "x",
}
STATES = ("phase", "expiry")
TO_COME = "·"
TICK = "|"
COLUMNS = (
    Column("after s", "word"),
    Column("", "word"),
    Column("kind", "word"),
    Column("entry", "word"),
    Column("what"),
)


class Point(Struct, frozen=True, kw_only=True):
    """One thing on the axis, in virtual ms; `until_ms` is later for what lasted.

    `entry` is a number in the journal, 0 for a phase. `ticks_ms` has the moments of a stream's
    chunks, as far as the journal keeps them. `to_come`: the plan says it, the clock is not there yet.
    """

    at_ms: int
    until_ms: int
    kind: Kind
    what: str
    entry: int = 0
    bad: bool = False
    ticks_ms: tuple[int, ...] = ()
    to_come: bool = False


def points(
    task: WholeTask, entries: Iterable[Entry], callbacks: Iterable[Callback], now_ms: int
) -> list[Point]:
    """What happened to a job and what is to come. `entries`: its own, and ends of any replies.

    At the same moment the submission comes first, then phases, then everything else.
    """
    found = sorted(entries, key=lambda entry: entry.seq)
    own = {entry.seq: entry for entry in found if entry.task_id == task.id}
    ends = {entry.detail["of"]: entry for entry in found if entry.kind == "sent"}
    submission = min(own, default=0)
    told = [point for entry in found for point in _told(entry, own, ends)]
    told += [*_steps(task, now_ms), *_due(task, callbacks)]
    return sorted(told, key=lambda point: (point.at_ms, _rank(point, submission), point.entry))


def _rank(point: Point, submission: int) -> int:
    if point.entry == submission and submission:
        return 0
    return 1 if point.kind in STATES else 2


def _told(entry: Entry, own: dict[int, Entry], ends: dict[int, Entry]) -> Iterator[Point]:
    """What one entry tells of the job; nothing if it is about another one."""
    begun = own.get(entry.detail.get("of", 0))
    if entry.seq in own:
        bad = bool(entry.reason) or entry.status >= REFUSED or not entry.status
        kind: Kind = "callback" if entry.kind == "delivery" else "request"
        yield _point(entry, kind, _contact(entry), bad=bad)
        for fault in entry.faults:
            if fault["applied"]:
                yield _fault(entry, fault, ends.get(entry.seq))
    elif entry.kind == "sent" and begun:
        kind = "chunks" if entry.detail["chunks"] > 1 else "reply"
        what = f"{begun.operation}: {_sent(entry)}"
        point = _point(entry, kind, what, bad=not entry.detail["whole"], since=begun)
        yield replace(point, ticks_ms=tuple(at_ms for at_ms, _ in _pieces(entry)))
    elif entry.kind == "closed" and begun:
        yield _point(entry, "reply", "idle connection closed", bad=True)


def _point(entry: Entry, kind: Kind, what: str, *, bad: bool, since: Entry | None = None) -> Point:
    """A point of an entry; it lasted `since` another one."""
    at_ms = since.virtual_ms if since else entry.virtual_ms
    return Point(
        at_ms=at_ms, until_ms=entry.virtual_ms, kind=kind, what=what, entry=entry.seq, bad=bad
    )


def _contact(entry: Entry) -> str:
    answer = status(entry)
    if entry.kind == "delivery":
        answer = f"attempt {entry.detail['attempt']}, {answer}, {entry.detail['state']}"
    why = f": {entry.reason}" if entry.reason else ""
    return f"{entry.operation} {answer}{why}"


def _pieces(sent: Entry) -> list[tuple[int, int]]:
    """Moments and sizes of a stream's chunks; an older server does not tell them."""
    found: list[tuple[int, int]] = sent.detail.get("pieces", [])
    return found


def _fault(entry: Entry, fault: Any, sent: Entry | None) -> Point:
    """A fault, at its call or, if it struck inside a stream, at the chunk that showed it."""
    how = "struck" if fault["struck"] else "applied"
    what = f"{fault['fault']} {how} ({fault['rule']})"
    point = _point(entry, "fault", what, bad=fault["struck"])
    number = sent and sent.detail.get("struck_pieces", {}).get(fault["rule"])
    if not sent or not number:
        return point
    pieces = _pieces(sent)
    is_chunk = number <= len(pieces)
    at_ms = pieces[number - 1][0] if is_chunk else sent.virtual_ms
    place = f"chunk {number}" if is_chunk else "the end"
    return replace(point, at_ms=at_ms, until_ms=at_ms, what=f"{what} at {place}")


def _sent(entry: Entry) -> str:
    """How much was sent, and how it ended."""
    size = entry.reply_body.size_bytes if entry.reply_body else 0
    how = entry.detail
    told = f"{how['chunks']} chunks, {size} bytes" if how["chunks"] > 1 else counted(size, "byte")
    if how["whole"]:
        return f"{told}, whole"
    why = "patience ended" if how["outlasted"] else ""
    return f"{told}, {why or ('the client left' if how['client_left'] else 'cut on purpose')}"


def _steps(task: WholeTask, now_ms: int) -> Iterator[Point]:
    for step in task.plan["steps"]:
        failure = step["failure"]
        why = f": {failure['name']}" if failure else ""
        what = f"{step['word'] or step['phase']}, {step['progress']:g} %{why}"
        at_ms, bad = step["at_ms"], failure is not None
        to_come = at_ms > now_ms
        kind: Kind = "expiry" if step["phase"] == "expired" else "phase"
        yield Point(at_ms=at_ms, until_ms=at_ms, kind=kind, what=what, bad=bad, to_come=to_come)


def _due(task: WholeTask, callbacks: Iterable[Callback]) -> Iterator[Point]:
    for one in callbacks:
        if one.task_id == task.id and one.due_ms is not None:
            what = f"callback of {one.event}"
            yield Point(
                at_ms=one.due_ms, until_ms=one.due_ms, kind="callback", what=what, to_come=True
            )


def rows(line: list[Point]) -> Iterator[tuple[str, str, str, str, str]]:
    """The points as rows of a table. The same call again and again is one row."""
    start_ms = line[0].at_ms
    ends_ms = max(point.until_ms for point in line if point.kind != "expiry")  # which is days away
    span_ms = max(1, ends_ms - start_ms)

    def place(at_ms: int) -> int:
        return min(AXIS_CHARS - 1, (at_ms - start_ms) * (AXIS_CHARS - 1) // span_ms)

    for _, same in groupby(line, key=lambda point: (point.kind, point.what, point.to_come)):
        first, *more = same
        last = more[-1] if more else first
        begin, end = place(first.at_ms), place(last.until_ms)
        mark = TO_COME if first.to_come else MARKS[first.kind]
        ticks = {place(at_ms) for point in (first, *more) for at_ms in point.ticks_ms}
        drawn = [TICK if at in ticks else mark for at in range(begin, end + 1)]
        entries = str(first.entry or "")
        yield (
            f"{(first.at_ms - start_ms) / 1000:.3f}",
            " " * begin + "".join(drawn),
            first.kind,
            f"{entries}-{last.entry}" if more and entries else entries,
            first.what
            + (f" ({len(more) + 1} times)" if more else "")
            + (", to come" if first.to_come else ""),
        )
