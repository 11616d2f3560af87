"""A finding: one thing that a client did wrong, as the evidence shows, and how to correct it.

FINDING (one a file) ── look(evidence) ──► Sightings  ──► Found: what users read
                                     └───► NotJudged   the evidence cannot show it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.provider.judging import CannotJudge

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Sighting(Struct, frozen=True):
    """One place in the evidence: what happened, and the journal entries that show it."""

    what: str
    entries: tuple[int, ...]
    task_id: str = ""


class NotJudged(Struct, frozen=True):
    """The evidence cannot decide, and why; `seen` holds what could be judged."""

    reason: str
    seen: tuple[Sighting, ...] = ()


class Finding(Struct, frozen=True):
    """A kind of mistake: its name (the file's), why it matters, how to correct it, and how to find it.

    `rests_on` says which evidence it uses, `turned_by` which evidence would change the result.
    """

    name: str
    severity: Severity
    title: str
    why: str
    mend: str
    rests_on: str
    turned_by: str
    look: Callable[[Evidence], Iterable[Sighting] | NotJudged]


class Found(Struct, frozen=True):
    """A finding with one place where it shows: what users and reports see."""

    name: str
    severity: Severity
    title: str
    what: str
    why: str
    mend: str
    entries: tuple[int, ...]
    task_id: str = ""


class Report(Struct, frozen=True):
    """What was found, the worst first, and which findings could not be judged, with the reason."""

    found: tuple[Found, ...] = ()
    not_judged: dict[str, str] = {}

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(one.severity == severity for one in self.found)


def examine(findings: Iterable[Finding], evidence: Evidence) -> Report:
    """Judges the evidence by every finding. Pure; linear in the evidence for each finding."""
    found: list[Found] = []
    not_judged: dict[str, str] = {}
    for finding in findings:
        seen = _looked(finding, evidence)
        if isinstance(seen, NotJudged):
            not_judged[finding.name] = seen.reason
            seen = seen.seen
        found += [_found(finding, sighting) for sighting in seen]
    found.sort(key=lambda one: (SEVERITIES.index(one.severity), one.entries))
    return Report(tuple(found), not_judged)


def _looked(finding: Finding, evidence: Evidence) -> tuple[Sighting, ...] | NotJudged:
    try:
        seen = finding.look(evidence)
        return seen if isinstance(seen, NotJudged) else tuple(seen)
    except CannotJudge as unanswered:
        return NotJudged(str(unanswered))


def _found(finding: Finding, sighting: Sighting) -> Found:
    return Found(
        name=finding.name,
        severity=finding.severity,
        title=finding.title,
        what=sighting.what,
        why=finding.why,
        mend=finding.mend,
        entries=sighting.entries,
        task_id=sighting.task_id,
    )
