"""A time line as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.control import Moment, Timeline


def drawn(timeline: Timeline, sandbox: str, mode: str) -> str:
    """One line for each event, with `!` for what went wrong; the first line has the seed that repeats it."""
    head = f"seed {timeline.seed!r}, sandbox {sandbox}, clock {mode}, virtual time from the start"
    if not timeline.moments:
        return f"{head}\n  (no call reached this sandbox: check base URL and key)"
    return "\n".join([head, *map(_line, timeline.moments)])


def _line(moment: Moment) -> str:
    struck = f"   <- {', '.join(moment.faults)}" if moment.faults else ""
    mark = "!" if moment.bad else " "
    return f"{mark} {_span(moment.after_ms):>12}  {moment.kind:<8}  {moment.what}{struck}"


def _span(span_ms: int) -> str:
    minutes, rest_ms = divmod(span_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest_ms / 1000:.3f}s"
    if hours:
        return f"+{hours}h{minutes:02}m{seconds}"
    return f"+{minutes}m{seconds}" if minutes else f"+{seconds}"
