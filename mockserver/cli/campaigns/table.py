"""The table fault × phase, for a terminal and for Markdown, and the cases one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mockserver.cli.campaigns.outcome import Campaign, Outcome
from mockserver.cli.campaigns.verdict import MEANING, in_words
from mockserver.engine.cases import PHASES

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


def label(outcome: Outcome) -> str:
    """The verdict in a cell; `!` where the findings hold an error all the same."""
    return SHORT[outcome.verdict] + (" !" if outcome.has_errors else "")


def phases_of(outcomes: Iterable[Outcome]) -> list[str]:
    """The columns: phases that have a case, in the order of a job's life."""
    present = {outcome.phase for outcome in outcomes}
    return [phase for phase in PHASES if phase in present]


def rows_of(outcomes: Sequence[Outcome]) -> list[tuple[str, dict[str, Outcome]]]:
    """The rows: each fault with its outcome at each phase, in the order of the catalogue."""
    rows: dict[str, dict[str, Outcome]] = {}
    for outcome in outcomes:
        rows.setdefault(outcome.fault, {})[outcome.phase] = outcome
    return list(rows.items())


def show(console: Console, campaign: Campaign, *, every: bool) -> None:
    """The table, the sums, and each case that did not recover (or `every` one) with its command."""
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
    if any(outcome.has_errors for outcome in campaign.outcomes):
        console.print("    ! an error among the findings")
    for outcome in campaign.outcomes:
        if every or outcome.has_errors or outcome.verdict not in ("recovered", "not_struck"):
            _case(console, outcome)


def _cell(outcome: Outcome) -> Text:
    from rich.text import Text

    return Text(label(outcome), STYLE[outcome.verdict])


def _case(console: Console, outcome: Outcome) -> None:
    from rich.text import Text

    console.print()
    head = Text.assemble(
        (outcome.name, "bold"), ": ", (in_words(outcome.verdict), STYLE[outcome.verdict])
    )
    console.print(head.append(f", exit code {outcome.exit_code}"))
    for found in outcome.findings:
        console.print(Text(f"  {found.severity}: {found.title}: {found.what}"), soft_wrap=True)
    console.print(Text(f"  {outcome.command}", "dim"), soft_wrap=True)


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
    return "\n".join([*lines, "", f"{len(campaign.outcomes)} cases: {sums}.", ""])


def _stressed(outcome: Outcome) -> str:
    word = label(outcome)
    return f"**{word}**" if outcome.verdict in ("lied", "overspent", "hung") else word
