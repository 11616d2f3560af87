"""What a listener is told while it happens: a journal entry in short, or a phase that a job reached."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from mockserver.domain.input.counted import counted
from mockserver.domain.journal.journal import (
    ClockMoved,
    ClockSet,
    Closed,
    Controlled,
    DeliveryTried,
    Entry,
    Exchange,
    Matched,
    Sent,
    as_it_went,
)

EventKind = Literal[
    "exchange", "sent", "closed", "delivery", "clock", "control", "phase", "missed", "gone"
]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)


class Event(Struct, frozen=True, gc=False, kw_only=True):
    """One thing that happened in a sandbox.

    `seq` is the number of its journal entry. It is 0 for a phase, for `missed` and for `gone`. `of`
    is the number of the exchange that a `sent` or `closed` is about. `code` is the status that the
    provider's envelope says, which may differ from the HTTP status. `took_ms` are real milliseconds
    from the decision to the end of the reply; 0 for a reply that left at once, None if the end is
    not known. `what` says in words what has no field of its own.
    """

    kind: EventKind
    sandbox: str
    seq: int = 0
    of: int = 0
    real_ms: int
    virtual_ms: int
    provider: str = ""
    operation: str = ""
    call_phase: str = ""
    task_id: str = ""
    model: str = ""
    method: str = ""
    path: str = ""
    query: str = ""
    status: int = 0
    code: int = 0
    took_ms: int | None = None
    faults: tuple[Matched, ...] = ()
    reason: str = ""
    scenario: str = ""
    phase: str = ""
    attempt: int = 0
    state: str = ""
    what: str = ""
    missed: int = 0


def event_of(entry: Entry, sandbox: str, code: int = 0, begun: Exchange | None = None) -> Event:
    """What a listener is told of one entry.

    `code` is what the envelope says. `begun` is the exchange that a `sent` or `closed` is about,
    None if nobody knows it any more.
    """
    real_ms, virtual_ms, seq = entry.real_ms, entry.virtual_ms, entry.seq
    match entry:
        case Exchange():
            return _exchange(entry, sandbox, code)
        case DeliveryTried():
            return Event(
                kind="delivery",
                sandbox=sandbox,
                real_ms=real_ms,
                virtual_ms=virtual_ms,
                seq=seq,
                provider=entry.provider,
                operation=entry.operation,
                call_phase=entry.call_phase,
                task_id=entry.task_id,
                method="POST",
                path=entry.url,
                status=entry.status,
                code=entry.status,
                faults=entry.faults,
                reason=entry.reason,
                scenario=entry.scenario,
                attempt=entry.attempt,
                state=entry.state,
            )
        case Sent() | Closed():
            return _ended(entry, sandbox, code, begun)
        case ClockMoved():
            what = f"clock moved on by {virtual_ms - entry.from_ms} ms"
            kind: EventKind = "clock"
        case ClockSet():
            what, kind = entry.what, "clock"
        case Controlled():
            what, kind = entry.what, "control"
    return Event(
        kind=kind, sandbox=sandbox, real_ms=real_ms, virtual_ms=virtual_ms, seq=seq, what=what
    )


def _exchange(entry: Exchange, sandbox: str, code: int) -> Event:
    return Event(
        kind="exchange",
        sandbox=sandbox,
        real_ms=entry.real_ms,
        virtual_ms=entry.virtual_ms,
        seq=entry.seq,
        provider=entry.provider,
        operation=entry.operation,
        call_phase=entry.call_phase,
        task_id=entry.task_id,
        model=entry.model,
        method=entry.method,
        path=entry.path,
        query=entry.query,
        status=entry.status,
        code=code,
        took_ms=None if entry.pending else 0,
        faults=entry.faults,
        reason=entry.reason,
        scenario=entry.scenario,
    )


def _ended(entry: Sent | Closed, sandbox: str, code: int, begun: Exchange | None) -> Event:
    """The end of a reply, with what is known of its exchange."""
    sent = entry if isinstance(entry, Sent) else None
    whole = as_it_went(begun, [entry]) if begun else None
    return Event(
        kind="sent" if sent else "closed",
        sandbox=sandbox,
        real_ms=entry.real_ms,
        virtual_ms=entry.virtual_ms,
        seq=entry.seq,
        of=entry.of,
        provider=whole.provider if whole else entry.provider,
        operation=whole.operation if whole else "",
        call_phase=whole.call_phase if whole else "",
        task_id=whole.task_id if whole else "",
        model=whole.model if whole else "",
        method=sent.method if sent else "",
        path=sent.path if sent else "",
        query=whole.query if whole else "",
        status=sent.performed.status if sent else 0,
        code=code if sent and sent.performed.status else 0,
        took_ms=entry.real_ms - begun.real_ms if sent and begun else None,
        faults=whole.faults if whole else (),
        reason=whole.reason if whole else "",
        scenario=whole.scenario if whole else "",
        what=how_it_ended(sent) if sent else "idle connection closed",
    )


def how_it_ended(sent: Sent) -> str:
    """How the sending of a reply ended, in words."""
    done = sent.performed
    size = f"{counted(done.sent_bytes, 'byte')}" + (
        f" in {done.chunks} chunks" if done.chunks > 1 else ""
    )
    if done.whole:
        return f"sent whole, {size}"
    why = (
        "patience ended" if done.outlasted else "the client left" if done.gone else "cut on purpose"
    )
    return f"ended early after {size}: {why}"
