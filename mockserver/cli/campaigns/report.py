"""The run without a fault, and then each case as text: evidence, findings, output, command."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from mockserver.cli.campaigns.outcome import Campaign, CaseOutcome
from mockserver.cli.campaigns.table import STYLE, marks
from mockserver.cli.campaigns.verdict import in_words
from mockserver.domain.input.counted import counted

if TYPE_CHECKING:
    from rich.console import Console

CLEAN = "failed_cleanly"
QUIET = ("recovered", "not_struck", CLEAN)  # verdicts of which nothing more need be said
OUTPUT_LINES = 8  # the last lines of a case's output; all lines if the user named the cases


def show(
    console: Console,
    campaign: Campaign,
    failing: Collection[CaseOutcome],
    *,
    every: bool,
    whole: bool,
) -> None:
    """The run without a fault, and each case that went wrong or is `failing` (or `every` case).

    Cases that failed cleanly are only named. `whole` prints the whole output of a case, not only its
    last lines.
    """
    from rich.text import Text

    _head(console, campaign.control, "bold")
    _body(console, campaign.control, 0)
    clean = []
    for outcome in campaign.outcomes:
        if every or whole or marks(outcome) or outcome in failing or outcome.verdict not in QUIET:
            _head(console, outcome, STYLE[outcome.verdict])
            _body(console, outcome, None if whole else OUTPUT_LINES)
        elif outcome.verdict == CLEAN:
            clean.append(outcome.full_name)
    if clean:
        console.print(Text(f"\n{counted(len(clean), 'case')} failed cleanly: {', '.join(clean)}"))
        console.print(
            Text(f"  --all shows them; one again: --seed {campaign.seed} --only NAME", "dim")
        )
    if campaign.left_out:
        console.print(Text(f"\n{campaign.left_out_told}"))
    for line in [*(one.told for one in campaign.aside), *campaign.notes]:
        console.print(Text(line), soft_wrap=True)


def _head(console: Console, outcome: CaseOutcome, style: str) -> None:
    from rich.text import Text

    console.print()
    words = " ".join([in_words(outcome.verdict), *marks(outcome)])
    console.print(Text.assemble((outcome.full_name, "bold"), ": ", (words, style)))


def _body(console: Console, outcome: CaseOutcome, lines: int | None) -> None:
    """Everything below a case's name, with `lines` lines of its output (None: all lines)."""
    from rich.text import Text

    for phrase in outcome.evidence:
        console.print(Text(f"  {phrase}"), soft_wrap=True)
    for found in outcome.findings:
        console.print(Text(f"  {found.severity}: {found.title}: {found.what}"), soft_wrap=True)
    for line in _last(outcome.output, lines):
        console.print(Text(f"  | {line}", "dim"), soft_wrap=True)
    console.print(Text(f"  {outcome.command}", "dim"), soft_wrap=True)


def _last(output: str, lines: int | None) -> list[str]:
    found = output.rstrip().splitlines()
    if lines is None or len(found) <= lines:
        return found
    left_out = len(found) - lines
    return [f"… {counted(left_out, 'line')} before", *found[left_out:]] if lines else []
