"""Findings: what a sandbox's client did wrong, judged now from all that is known."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType, to_builtins

from mockserver.admin.http.call import Ask, Call
from mockserver.domain.finding.evidence import ClientRun
from mockserver.domain.finding.finding import SEVERITIES, Report
from mockserver.engine.findings import report


class RunGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """How the client ended. Without `exit_code` nothing is known of it; null: it was killed."""

    over: bool = False
    exit_code: int | UnsetType | None = UNSET
    output: str = ""


async def read(ask: Ask) -> dict[str, Any]:
    """What the journal shows so far; what only a campaign can know is not judged."""
    ask.known_query()
    return _shown(await report(ask.core, (await ask.sandbox()).id))


async def judge(ask: Ask) -> dict[str, Any]:
    """As `GET`, with what the caller knows of the client: that it is over, and how it ended."""
    given = ask.body(RunGiven)
    ended = None if given.exit_code is UNSET else ClientRun(given.exit_code, given.output)
    sandbox_id = (await ask.sandbox()).id
    return _shown(await report(ask.core, sandbox_id, over=given.over, client=ended))


async def catalogue(ask: Ask) -> dict[str, Any]:
    """Every finding there is: severity, why it matters, how to mend it."""
    return {
        "findings": [
            {
                "name": finding.name,
                "severity": finding.severity,
                "title": finding.title,
                "why": finding.why,
                "mend": finding.mend,
                "rests_on": finding.rests_on,
                "turned_by": finding.turned_by,
            }
            for finding in ask.core.plugins.findings.all()
        ]
    }


def _shown(found: Report) -> dict[str, Any]:
    counts = {severity: found.count(severity) for severity in SEVERITIES}
    return {
        "found": to_builtins(found.found),
        "not_judged": found.not_judged,
        "counts": counts,
    }


_FINDINGS = "/sandboxes/{sandbox}/findings"
ROUTES = (
    Call("GET", "/findings", catalogue),
    Call("GET", _FINDINGS, read),
    Call("POST", _FINDINGS, judge),
)
