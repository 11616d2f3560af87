"""The time line of a case, drawn: a lane for each job, as on the dashboard."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mockserver.control import Moment

PHASE = re.compile(r" (queued|running|succeeded|failed|expired)\b")
LEAST_SHARE = 0.4  # percent of the width that a bar has at least
EDGE = 0.97  # of the width; the last mark is not cut in half

STYLE = """
.strip { margin: .8rem 0; border-top: 1px solid var(--line) }
.lane { position: relative; height: 34px; border-bottom: 1px solid var(--line); overflow: hidden }
.lane > * { position: absolute; box-sizing: border-box }
.bar { top: 9px; height: 16px; border-radius: 4px; background: var(--queued) }
.bar.running { background: var(--running) }
.bar.succeeded, .bar.failed, .bar.expired { top: 14px; height: 6px; background: var(--succeeded) }
.bar.failed { background: var(--failed) } .bar.expired { background: var(--expired) }
.tick { top: 8px; width: 4px; height: 18px; margin-left: -2px; border-radius: 2px;
  background: var(--ink); outline: 1.5px solid var(--card) }
.diamond { top: 13px; width: 8px; height: 8px; margin-left: -4px; rotate: 45deg;
  background: var(--callback); outline: 1.5px solid var(--card) }
.tick.wrong, .diamond.wrong { background: var(--failed) }
.flash { top: 0; margin-left: -5px; font: 10px/1 sans-serif; color: var(--struck) }
"""


def strip(moments: Sequence[Moment]) -> str:
    """HTML of the lanes; nothing where nothing happened. The list of the moments says the same."""
    if not moments:
        return ""
    last_ms = max(moment.after_ms for moment in moments) or 1
    jobs = dict.fromkeys(moment.task_id for moment in moments)
    lanes = (_lane([one for one in moments if one.task_id == job], last_ms) for job in jobs)
    return f"<div class=strip aria-hidden=true>{''.join(lanes)}</div>"


def _lane(moments: list[Moment], last_ms: int) -> str:
    parts = [*_bars(moments, last_ms), *(_mark(moment, last_ms) for moment in moments)]
    return f"<div class=lane>{''.join(parts)}</div>"


def _bars(moments: list[Moment], last_ms: int) -> Iterator[str]:
    """A bar from each state to the next one, and from the last one to the end."""
    states = [one for one in moments if one.kind == "state"]
    ends_ms = [*(after.after_ms for after in states[1:]), last_ms][: len(states)]
    for state, end_ms in zip(states, ends_ms, strict=True):
        phase = PHASE.search(state.what)
        left = _share(state.after_ms, last_ms)
        width = max(LEAST_SHARE, _share(end_ms, last_ms) - left)
        where = f"left:{left:.2f}%;width:{width:.2f}%"
        yield f"<i class='bar {phase[1] if phase else ''}' style='{where}'></i>"


def _mark(moment: Moment, last_ms: int) -> str:
    if moment.kind == "state":
        return ""
    shape = "diamond" if moment.kind == "callback" else "tick"
    kind = f"{shape} wrong" if moment.bad else shape
    where = f"left:{_share(moment.after_ms, last_ms):.2f}%"
    flash = f"<i class=flash style='{where}'>⚡</i>" if moment.faults else ""
    return f"<i class='{kind}' style='{where}' title='{escape(moment.what)}'></i>{flash}"


def _share(after_ms: int, last_ms: int) -> float:
    """Percent of the width; there is a little room at both ends."""
    return (1 - EDGE) * 50 + 100 * EDGE * after_ms / last_ms
