"""Plots for a terminal: spans of time on one scale, and a curve of eight heights."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 48
HEIGHTS = "▁▂▃▄▅▆▇█"


def span_line(low_ms: int, middle_ms: int, high_ms: int, scale_ms: int) -> str:
    """A span with its middle, on a scale from nothing to `scale_ms`."""
    first, middle, last = (
        min(round(at_ms / max(scale_ms, 1) * (WIDTH - 1)), WIDTH - 1)
        for at_ms in (low_ms, middle_ms, high_ms)
    )
    cells = [" "] * WIDTH
    for at in range(first, last + 1):
        cells[at] = "─"
    cells[first], cells[last] = "├", "┤"
    cells[middle] = "┃"
    return "".join(cells)


def curve(percents: Sequence[float]) -> str:
    """Percents as heights."""
    top = len(HEIGHTS) - 1
    return "".join(HEIGHTS[min(max(round(p / 100 * top), 0), top)] for p in percents)
