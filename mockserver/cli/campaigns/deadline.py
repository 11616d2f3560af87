"""How long a case may take: pure.

A run may take its deadline, plus a multiple of the time of the run without a fault, plus every
second that it waited because a reply told it to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mockserver.domain.time.retry_after import wait_told_ms

if TYPE_CHECKING:
    from mockserver.control import Entry, Moment

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


def waiting(ended_ms: int, usual_ms: int, moments: Sequence[Moment], *, alone: bool) -> str:
    """The words for a command that was killed at its deadline."""
    last = next((m.what for m in reversed(moments) if m.kind == "request"), "")
    beside = "alone" if alone else "beside other cases"
    said = f"still running after {ended_ms / 1000:.1f} s {beside}; {usual_ms / 1000:.1f} s without the fault"
    return f"{said}; its last call: {last}" if last else said


def _told_ms(entry: Entry) -> int:
    headers = dict(entry.reply_headers)
    exact, text = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    return wait_told_ms(exact, text, entry.real_ms)
