"""Findings: what a sandbox's client did wrong, judged now from the journal and the tasks."""

from __future__ import annotations

from msgspec import UNSET, convert

from mockserver.admin.http.call import Ask, served
from mockserver.control import parts
from mockserver.control.operations import GET_FINDINGS, JUDGE_CLIENT, LIST_FINDINGS
from mockserver.control.records import FindingKinds, Findings, Found
from mockserver.control.requests import RunGiven
from mockserver.domain.finding.evidence import ClientRun
from mockserver.domain.finding.finding import SEVERITIES, Finding, Report
from mockserver.engine.findings import report


async def read(ask: Ask) -> Findings:
    """Judges the journal so far. What only the caller of `POST` can know is not judged."""
    return _shown(await report(ask.core, (await ask.sandbox()).id))


async def judge(ask: Ask, given: RunGiven) -> Findings:
    """Like `GET`, but with what the caller knows about the client: that it has ended, and how."""
    ended = None if given.exit_code is UNSET else ClientRun(given.exit_code, given.output)
    sandbox_id = (await ask.sandbox()).id
    return _shown(await report(ask.core, sandbox_id, over=given.over, client=ended))


async def catalogue(ask: Ask) -> FindingKinds:
    """Every kind of finding: its severity, why it matters, and how to fix the client."""
    return FindingKinds([_explained(finding) for finding in ask.core.plugins.findings.all()])


def _explained(finding: Finding) -> parts.Finding:
    return {
        "name": finding.name,
        "severity": finding.severity,
        "title": finding.title,
        "why": finding.why,
        "mend": finding.mend,
        "rests_on": finding.rests_on,
        "turned_by": finding.turned_by,
    }


def _shown(found: Report) -> Findings:
    return Findings(
        found=convert(found.found, list[Found], from_attributes=True),
        not_judged=found.not_judged,
        counts={severity: found.count(severity) for severity in SEVERITIES},
    )


ROUTES = (
    served(LIST_FINDINGS, catalogue),
    served(GET_FINDINGS, read),
    served(JUDGE_CLIENT, judge),
)
