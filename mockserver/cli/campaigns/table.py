"""The table fault × phase, for a terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
from mockserver.cli.campaigns.verdict import MEANING, in_words
from mockserver.domain.input.counted import counted
from mockserver.engine.matrix import PHASES

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SHORT = {
    "recovered": "recovered",
    "failed_cleanly": "clean",
    "failed_with_a_traceback": "traceback",
    "hung": "hung",
    "overspent": "overspent",
    "lied": "lied",
    "not_struck": "-",
    "not_reached": "no call",
}
STYLE = {
    "recovered": "green",
    "failed_cleanly": "cyan",
    "failed_with_a_traceback": "yellow",
    "hung": "magenta",
    "overspent": "red",
    "lied": "bold white on red",
    "not_struck": "dim",
    "not_reached": "bold red",
}


MARKS = {
    "!": "an error among the findings",
    "+n": "more paid jobs than without the fault",
}


def label(outcome: CaseOutcome) -> str:
    """The verdict in a cell, with its marks."""
    return " ".join([SHORT[outcome.verdict], *marks(outcome)])


def marks(outcome: CaseOutcome) -> list[str]:
    """`!` if there is an error among the findings, and how many more jobs stay paid than usual."""
    more = [f"+{outcome.more_jobs}"] if outcome.more_jobs else []
    return ["!"] * outcome.has_errors + more


def marks_told(outcomes: Iterable[CaseOutcome]) -> list[str]:
    """The meaning of the marks that a table has."""
    found = {mark if mark == "!" else "+n" for outcome in outcomes for mark in marks(outcome)}
    return [f"{mark} {meaning}" for mark, meaning in MARKS.items() if mark in found]


def phases_of(outcomes: Iterable[CaseOutcome]) -> list[str]:
    """The columns: phases that have a case, in the order of a job's life."""
    present = {outcome.phase for outcome in outcomes}
    return [phase for phase in PHASES if phase in present]


def rows_of(outcomes: Sequence[CaseOutcome]) -> list[tuple[str, dict[str, CaseOutcome]]]:
    """The rows: each fault with its outcome at each phase, in the order of the catalogue."""
    rows: dict[str, dict[str, CaseOutcome]] = {}
    for outcome in outcomes:
        rows.setdefault(outcome.fault, {})[outcome.phase] = outcome
    return list(rows.items())


def show(console: Console, campaign: Campaign) -> None:
    """The table. Below it: how many cases got each verdict, and what the words and marks mean."""
    from rich.table import Table
    from rich.text import Text

    phases = phases_of(campaign.outcomes)
    grid = Table("fault", *phases, title="How the command coped", title_justify="left")
    for fault, by_phase in rows_of(campaign.outcomes):
        cells = (by_phase.get(phase) for phase in phases)
        grid.add_row(fault, *(_cell(one) if one else Text("") for one in cells))
    console.print(grid)
    for word, count in campaign.counts().items():
        console.print(
            Text.assemble((f"{count:>5} {in_words(word)}", STYLE[word]), f": {MEANING[word]}")
        )
    if campaign.not_run:
        console.print(f"{len(campaign.not_run):>5} not run: broken off before")
    for mark in marks_told(campaign.outcomes):
        console.print(f"      {mark}")


def _cell(outcome: CaseOutcome) -> Text:
    from rich.text import Text

    return Text(label(outcome), STYLE[outcome.verdict])


def markdown(campaign: Campaign) -> str:
    """The table as Markdown, with the sums below it."""
    phases = phases_of(campaign.outcomes)
    lines = [
        "| fault | " + " | ".join(phases) + " |",
        "|" + "---|" * (len(phases) + 1),
    ]
    for fault, by_phase in rows_of(campaign.outcomes):
        cells = [by_phase.get(phase) for phase in phases]
        words = [_stressed(one) if one else "" for one in cells]
        lines.append(f"| {fault} | " + " | ".join(words) + " |")
    sums = ", ".join(f"{count} {in_words(word)}" for word, count in campaign.counts().items())
    told = "; ".join(
        [f"{counted(len(campaign.outcomes), 'case')}: {sums}", *marks_told(campaign.outcomes)]
    )
    left_out = [f"{campaign.left_out_told}.", ""] if campaign.left_out else []
    return "\n".join([*lines, "", f"{told}.", "", *left_out])


def _stressed(outcome: CaseOutcome) -> str:
    word = label(outcome)
    return f"**{word}**" if outcome.verdict in ("lied", "overspent", "hung") else word
