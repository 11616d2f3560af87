"""The outcome of a case and of a whole campaign: all reports are made from these records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mockserver.control import Found, Moment
from mockserver.domain.finding.ignoring import Aside, Ignore, sift
from mockserver.domain.input.counted import counted

NO_FAULT = "no fault"


class LeftOut(Struct, frozen=True):
    """A fault that no case tries: it strikes only at phases that the run without a fault did not call."""

    fault: str
    phases: tuple[str, ...]


class CaseOutcome(Struct, frozen=True):
    """One case: the verdict, its evidence, and the command that repeats only this case.

    `more_jobs` counts the jobs that stay paid beyond those of the run without a fault. `struck`
    says how often the fault really struck, and `why` says why it never did. `parameters` are what
    the fault was given.
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
    parameters: dict[str, Any] = {}

    @property
    def full_name(self) -> str:
        """The name with the parameters of the fault."""
        given = ", ".join(f"{name}={_plain(value)}" for name, value in self.parameters.items())
        return f"{self.name} ({given})" if given else self.name

    @property
    def has_errors(self) -> bool:
        """Whether one of the findings is an error, for any verdict."""
        return any(found.severity == "error" for found in self.findings)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


class Campaign(Struct, frozen=True):
    """All cases, and the run without a fault in `control`.

    `not_run` names the cases that did not run because the campaign was stopped. `aside` and `notes`
    say which findings do not count, for all runs together. `left_out` are faults without a case.
    """

    command: list[str]
    seed: str
    control: CaseOutcome
    outcomes: list[CaseOutcome]
    not_run: list[str]
    real_ms: int
    aside: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def without(self, ignores: Sequence[Ignore], known: Collection[str], today: date) -> Campaign:
        """The same without the findings that are ignored today. Raises BadInput."""
        runs = (self.control, *self.outcomes)
        sifted = sift([one for run in runs for one in run.findings], ignores, known, today)
        names = {one.finding for one in sifted.aside}
        control, *outcomes = (
            replace(run, findings=[one for one in run.findings if one.name not in names])
            for run in runs
        )
        found = {"aside": sifted.aside, "notes": sifted.notes}
        return replace(self, control=control, outcomes=outcomes, **found)

    @property
    def left_out_told(self) -> str:
        """The faults without a case, by what the run without a fault had none of; empty if all had one."""
        by_phases: dict[tuple[str, ...], list[str]] = {}
        for one in self.left_out:
            by_phases.setdefault(one.phases, []).append(one.fault)
        told = [
            f"{' and '.join(f'no {phase}' for phase in phases)} in the control run: {', '.join(faults)}"
            for phases, faults in by_phases.items()
        ]
        return f"{counted(len(self.left_out), 'fault')} left out: {'; '.join(told)}" if told else ""

    def counts(self) -> dict[str, int]:
        """How many cases got each verdict, the worst verdict first."""
        from mockserver.cli.campaigns.verdict import UNJUDGED, VERDICTS

        order = (*reversed(VERDICTS), *UNJUDGED)
        found = {word: sum(o.verdict == word for o in self.outcomes) for word in order}
        return {word: count for word, count in found.items() if count}

    def as_json(self) -> bytes:
        """The campaign as `--json` prints it and `--baseline` reads it."""
        content: dict[str, Any] = {"counts": self.counts(), **msgspec.to_builtins(self)}
        return msgspec.json.format(msgspec.json.encode(content), indent=1)
