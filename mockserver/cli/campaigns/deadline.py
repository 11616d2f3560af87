"""How long a case may take: pure.

A run may take its deadline, plus a multiple of the time of the run without a fault, plus every
second that it waited because a reply told it to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mockserver.cli.terminal.live import status
from mockserver.domain.input.counted import counted
from mockserver.domain.time.retry_after import wait_told_ms

if TYPE_CHECKING:
    from mockserver.control import Entry, Moment

QUIET_MS = 2_000  # who makes no call for longer does not poll
SLOWER = 4  # how many times the time of the run without a fault is added to the deadline


def allowed_s(deadline_s: float, usual_ms: int) -> float:
    """How long a case may take.

    `usual_ms` is how long the run without a fault took while as many others ran.
    """
    return deadline_s + SLOWER * usual_ms / 1000


def left_s(passed_s: float, allowed_s: float, waited_ms: Callable[[], int]) -> float:
    """The time that is left after `passed_s`.

    It asks `waited_ms` (the time spent waiting as told) only if this matters.
    """
    if passed_s < allowed_s:
        return allowed_s - passed_s
    return allowed_s + waited_ms() / 1000 - passed_s


def waited_as_told_ms(entries: Sequence[Entry], now_ms: int) -> int:
    """How long a client waited because replies told it to wait, in real ms.

    Between a reply that told it to wait and its next call (or now), at most the told time counts.
    So a client gains no time by asking again and again.
    """
    calls = [entry for entry in entries if entry.kind == "exchange"]
    nexts_ms = [*(entry.real_ms for entry in calls), now_ms][1:]
    return sum(
        max(0, min(next_ms - entry.real_ms, _told_ms(entry)))
        for entry, next_ms in zip(calls, nexts_ms, strict=True)
    )


def waiting(ended_ms: int, usual_ms: int, *, alone: bool) -> str:
    """The words for a command that was killed at its deadline."""
    beside = "alone" if alone else "beside other cases"
    return f"still running after {ended_ms / 1000:.1f} s {beside}; {usual_ms / 1000:.1f} s without the fault"


def waited_for(entries: Sequence[Entry], moments: Sequence[Moment], over_ms: int) -> str:
    """What a command did that was killed at `over_ms`, by its last call; empty if it made none."""
    calls = [entry for entry in entries if entry.kind == "exchange"]
    if not calls:
        return ""
    last = calls[-1]
    ago_ms = max(0, over_ms - last.real_ms)
    if _is_cut(entries, last):
        doing = "it waited for a reply"
    elif ago_ms > QUIET_MS:
        doing = "it made no more calls, although the reply had come whole"
    else:
        doing = f"it called again and again ({counted(len(calls), 'call')})"
    query = f"?{last.query}" if last.query else ""
    told = f"{last.method} {last.path}{query} -> {status(last)}"
    job = _state_of(last.task_id, moments)
    return f"{doing}; its last call, {ago_ms / 1000:.1f} s before the end: {told}{job}"


def _is_cut(entries: Sequence[Entry], call: Entry) -> bool:
    """Whether the reply to a call did not come whole."""
    sent = [e for e in entries if e.kind == "sent" and e.detail["of"] == call.seq]
    return any(not one.detail["whole"] for one in sent)


def _state_of(task_id: str, moments: Sequence[Moment]) -> str:
    states = [m.what for m in moments if m.kind == "state" and m.task_id == task_id]
    return f"; {states[-1]}" if task_id and states else ""


def _told_ms(entry: Entry) -> int:
    headers = dict(entry.reply_headers)
    exact, text = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    return wait_told_ms(exact, text, entry.real_ms)
