"""Checks that a finding judges only by the evidence, points at it, and says how to correct the
client.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.conformance.problems import raise_for, told, wording
from mockserver.conformance.stories import stories
from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.finding.finding import SEVERITIES, Finding, NotJudged, Sighting

Seen = tuple[tuple[Sighting, ...], str]


def check_finding(finding: Finding) -> None:
    """Raises NotConformant.

    * It has every text: users read what was wrong, why it matters, how to correct it, what it rests
    on, and what would change it. * For the sandboxes of a good, a careless and an unlucky client it
    does not raise, and says the same each time. It says nothing about a client that did nothing,
    and nothing about the good one. * Everything that it points at is in the evidence. If it cannot
    judge, it says why.
    """
    raise_for(f"the finding {finding.name}", _problems(finding))


def sightings(finding: Finding, client: str) -> tuple[Sighting, ...]:
    """What the finding says of one of our clients: `good`, `careless` or `unlucky`."""
    return _look(finding, stories()[client])[0]


def _problems(finding: Finding) -> Iterator[str]:
    yield from wording(finding, "title", "why", "mend", "rests_on", "turned_by")
    if finding.severity not in SEVERITIES:
        yield f"severity: {finding.severity!r} is not one of {', '.join(SEVERITIES)}"
    for name, evidence in stories().items():
        try:
            seen, again = _look(finding, evidence), _look(finding, evidence)
        except Exception as error:  # noqa: BLE001  whatever it is, it is a problem
            yield f"over the client that was {name} it raises {told(error)}"
            continue
        if seen != again:
            yield f"over the client that was {name} it says two different things"
        if seen[0] and name in ("nobody", "good"):
            what = "did nothing" if name == "nobody" else "did all as documented"
            yield f"of the client that {what} it says: {seen[0][0].what}"
        for sighting in seen[0]:
            yield from _pointed(sighting, evidence)


def _look(finding: Finding, evidence: Evidence) -> Seen:
    given = finding.look(evidence)
    if isinstance(given, NotJudged):
        if not given.reason.strip():
            raise ValueError("NotJudged without a reason")
        return tuple(given.seen), given.reason
    return tuple(given), ""


def _pointed(sighting: Sighting, evidence: Evidence) -> Iterator[str]:
    known = {entry.seq for entry in evidence.entries}
    if not sighting.what.strip():
        yield "a sighting does not say what happened"
    if lost := sorted(set(sighting.entries) - known):
        yield f"a sighting points at entries that are not in the journal: {lost}"
    if sighting.task_id and sighting.task_id not in evidence.tasks_by_id():
        entries = (str(entry) for entry in evidence.entries)
        if not any(sighting.task_id in text for text in entries):
            yield f"a sighting names a job that nobody knows: {sighting.task_id}"
