"""What the demo shows: a bar for each job while the jobs run, and then the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mockserver.cli.demo_steps.jobs import Take

WIDE = 180  # columns if no terminal sets a limit
ARROW = " → "


def console() -> Console:
    """The terminal. For a file or a pipe, lines are not folded."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=WIDE)


@contextmanager
def live(screen: Console, takes: Sequence[Take]) -> Iterator[None]:
    """Shows the progress of the jobs; without a terminal it shows nothing."""
    if not screen.is_terminal:
        yield
        return
    with Live(get_renderable=lambda: _bars(takes), console=screen, refresh_per_second=12):
        yield


def _bars(takes: Sequence[Take]) -> Table:
    grid = Table.grid(padding=(0, 2))
    for take in takes:
        state = take.problem or (take.states[-1] if take.states else "…")
        done = bool(take.films)
        grid.add_row(
            take.provider,
            take.mode,
            ProgressBar(total=1.0, completed=1.0 if done else take.share, width=30),
            Text(state, style="red" if take.problem else "green" if done else ""),
        )
    return grid


def table(takes: Sequence[Take], rate: float) -> Table:
    """The results of the jobs, a row for each file."""
    found = Table(title=f"Jobs at all three providers, {rate:g} virtual seconds in a real one")
    for heading in ("provider", "mode", "task id", "states seen"):
        found.add_column(heading, overflow="fold")
    for heading in ("virtual", "real", "file", "size", "would have cost"):
        found.add_column(heading, justify="right", overflow="fold")
    for take in takes:
        row = [take.provider, take.mode, take.task_id, ARROW.join(take.states)]
        row += [f"{take.real_s * rate:.0f} s", f"{take.real_s:.1f} s"]
        for film in take.films[:1]:
            row += [film.path.name, _size(film.width, film.height, film.size_bytes)]
        found.add_row(*row, *[""] * (8 - len(row)), take.cost)
        for film in take.films[1:]:
            size = _size(film.width, film.height, film.size_bytes)
            found.add_row("", "", "", "", "", "", film.path.name, size, "")
        if take.problem:
            found.add_row("", "", "", Text(take.problem, style="red"))
    return found


def _size(width: int, height: int, size_bytes: int) -> str:
    return f"{width}x{height}, {size_bytes / 1000:.0f} kB"
