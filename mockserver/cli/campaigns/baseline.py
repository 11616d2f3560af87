"""Finds what got worse since an earlier campaign, and what is below the required verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mockserver.cli.campaigns.outcome import CaseOutcome
from mockserver.cli.campaigns.verdict import VERDICTS, in_words, is_below
from mockserver.domain.input.errors import BadInput


def read(path: Path) -> dict[str, str]:
    """The verdict of every case in a file that `--json` wrote. Raises BadInput."""
    try:
        content: Any = msgspec.json.decode(path.read_bytes())
        return {str(case["name"]): str(case["verdict"]) for case in content["outcomes"]}
    except OSError as error:
        raise BadInput("baseline", str(path), f"a readable file ({error.strerror})") from None
    except (msgspec.DecodeError, KeyError, TypeError):
        raise BadInput("baseline", str(path), "a file that `campaign --json` wrote") from None


def failing(
    outcomes: list[CaseOutcome], required: str, baseline: dict[str, str] | None
) -> list[CaseOutcome]:
    """The cases that make a campaign fail: with a baseline, those that are worse than in it.

    If the baseline does not have a case, or could not judge it, the required verdict counts.
    """
    return [one for one in outcomes if _fails(one, required, (baseline or {}).get(one.name))]


def _fails(outcome: CaseOutcome, required: str, before: str | None) -> bool:
    return is_below(outcome.verdict, before if before in VERDICTS else required)


def told(failing: list[CaseOutcome], required: str, baseline: dict[str, str] | None) -> list[str]:
    """A line for each case that makes a campaign fail: what it was, or had to be, and what it is."""
    lines = []
    for one in failing:
        before = (baseline or {}).get(one.name)
        was = in_words(before) if before in VERDICTS else f"{in_words(required)} required"
        lines.append(f"  {one.name}: {was} -> {in_words(one.verdict)}")
    return lines
