"""What the demo shows: a bar for each job while the jobs run, and then the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mockserver.cli.demo_steps.film import Film
from mockserver.cli.demo_steps.jobs import Take
from mockserver.cli.terminal.columns import Column
from mockserver.cli.terminal.plain import visible
from mockserver.cli.terminal.remote import table

ARROW = " → "


@contextmanager
def live(takes: Sequence[Take]) -> Iterator[None]:
    """Shows the progress of the jobs; without a terminal it shows nothing."""
    screen = Console()
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


COLUMNS = (
    Column("provider", "word"),
    Column("mode", "word"),
    Column("task id", "id", 4),
    Column("states seen"),
    Column("virtual", "word", 5),
    Column("real", "word", 3),
    Column("file", "word", 2),
    Column("size", "word", 1),
    Column("would have cost", "word"),
)


def results(takes: Sequence[Take], rate: float) -> None:
    """Prints the results of the jobs, a row for each file, and below them what went wrong."""
    click.echo(f"\nJobs at all three providers, {rate:g} virtual seconds in a real one\n")
    table(COLUMNS, (row for take in takes for row in _rows(take, rate)))
    click.echo()
    for take in takes:
        if take.problem:
            click.secho(visible(f"{take.provider} {take.mode}: {take.problem}"), fg="red")


def _rows(take: Take, rate: float) -> Iterator[tuple[str, ...]]:
    head = (take.provider, take.mode, take.task_id, ARROW.join(take.states))
    times = (f"{take.real_s * rate:.0f} s", f"{take.real_s:.1f} s")
    first, *others = [(film.path.name, _size(film)) for film in take.films] or [("", "")]
    yield (*head, *times, *first, take.cost)
    for film in others:
        yield (take.provider, take.mode, take.task_id, "", "", "", *film, "")


def _size(film: Film) -> str:
    return f"{film.width}x{film.height}, {film.size_bytes / 1000:.0f} kB"
