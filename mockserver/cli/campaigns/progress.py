"""Shows how far a campaign is: a bar on a terminal, else a line every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mockserver.cli.campaigns.verdict import in_words
from mockserver.domain.input.counted import counted
from mockserver.system import real_ns

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from mockserver.cli.campaigns.outcome import CaseOutcome

EVERY_NS = 5_000_000_000


class Teller(Protocol):
    """Is told how far a campaign is."""

    def begin(self, total: int) -> None:
        """The run without a fault is over, and this many cases will follow."""

    def tick(self, outcome: CaseOutcome) -> None:
        """A case has ended."""

    def again(self, name: str) -> None:
        """A case that hung runs again, with no other case beside it."""

    def beat(self) -> None:
        """Some time has passed; perhaps a case has ended, perhaps not."""


class Lines:
    """One line when the cases begin, and then at most one every few seconds."""

    def __init__(self, write: Callable[[str], None], now_ns: Callable[[], int] = real_ns) -> None:
        self._write = write
        self._now_ns = now_ns
        self._total = 0
        self._done = 0
        self._latest = "running without a fault"
        self._told_ns = now_ns()

    def begin(self, total: int) -> None:
        self._total = total
        self._latest = "the run without a fault is over"
        self._tell()

    def tick(self, outcome: CaseOutcome) -> None:
        self._done += 1
        self._latest = f"{outcome.name}: {in_words(outcome.verdict)}"

    def again(self, name: str) -> None:
        self._latest = f"{name} hung, and runs again alone"

    def beat(self) -> None:
        if self._now_ns() - self._told_ns >= EVERY_NS:
            self._tell()

    def _tell(self) -> None:
        self._told_ns = self._now_ns()
        far = f"{self._done} of {counted(self._total, 'case')}; " if self._total else ""
        self._write(f"{far}{self._latest}")


class Bar:
    """A bar with the latest verdict before it."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def begin(self, total: int) -> None:
        self._bar.update(self._task, total=total)

    def tick(self, outcome: CaseOutcome) -> None:
        told = f"{outcome.name}: {in_words(outcome.verdict)}"
        self._bar.update(self._task, advance=1, description=told)

    def again(self, name: str) -> None:
        self._bar.update(self._task, description=f"{name} again, by itself")

    def beat(self) -> None:
        """The bar moves by itself."""


@contextmanager
def telling(console: Console) -> Iterator[Teller]:
    """A bar if `console` is a terminal, else lines."""
    if not console.is_terminal:
        yield Lines(lambda line: console.print(line, soft_wrap=True, highlight=False, markup=False))
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar:
        yield Bar(bar, bar.add_task("running without a fault", total=None))
