"""What came of a case and of a whole campaign: records that every report is drawn from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mockserver.control import Found, Moment
from mockserver.domain.finding.ignoring import Aside, Ignore, sift

NO_FAULT = "no fault"


class Outcome(Struct, frozen=True):
    """One case: the verdict, the evidence that it rests on, and the command that repeats it alone.

    `more_jobs` counts the jobs that stay paid beyond those of the run without a fault. `struck` says
    how often the fault really struck, and `why` why it never did.
    """

    name: str
    family: str
    fault: str
    phase: str
    verdict: str
    evidence: list[str]
    exit_code: int | None
    real_ms: int
    calls: int
    paid_jobs: int
    more_jobs: int
    spent_usd: float
    struck: int
    why: str
    findings: list[Found]
    moments: list[Moment]
    output: str
    command: str
    seed: str

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error, whatever the verdict."""
        return any(found.severity == "error" for found in self.findings)


class Campaign(Struct, frozen=True):
    """All cases, the run without a fault first in `control`.

    `not_run` names the cases that did not run before somebody broke the campaign off. `aside` and
    `notes` say which findings do not count, in all runs together.
    """

    command: list[str]
    seed: str
    control: Outcome
    outcomes: list[Outcome]
    not_run: list[str]
    real_ms: int
    aside: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = ()

    def without(self, ignores: Sequence[Ignore], known: Collection[str], today: date) -> Campaign:
        """The same with the findings set aside that are ignored today. Raises BadInput."""
        runs = (self.control, *self.outcomes)
        sifted = sift([one for run in runs for one in run.findings], ignores, known, today)
        names = {one.finding for one in sifted.aside}
        control, *outcomes = (
            replace(run, findings=[one for one in run.findings if one.name not in names])
            for run in runs
        )
        found = {"aside": sifted.aside, "notes": sifted.notes}
        return replace(self, control=control, outcomes=outcomes, **found)

    def counts(self) -> dict[str, int]:
        """How many cases got each verdict, worst first."""
        from mockserver.cli.campaigns.verdict import UNJUDGED, VERDICTS

        order = (*reversed(VERDICTS), *UNJUDGED)
        found = {word: sum(o.verdict == word for o in self.outcomes) for word in order}
        return {word: count for word, count in found.items() if count}

    def as_json(self) -> bytes:
        """The campaign as `--json` prints it and `--baseline` reads it."""
        content: dict[str, Any] = {"counts": self.counts(), **msgspec.to_builtins(self)}
        return msgspec.json.format(msgspec.json.encode(content), indent=1)
