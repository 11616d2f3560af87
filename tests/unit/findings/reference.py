"""Writes docs/reference/findings.md: `python -m tests.unit.findings.reference`."""

from __future__ import annotations

from pathlib import Path

from mockserver.domain.finding.finding import Finding
from mockserver.engine.plugins import plugins_in

FINDINGS = plugins_in(()).findings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "findings.md"
HEAD = """\
# Findings

Made from `mockserver/findings/` by `python -m tests.unit.findings.reference`.

A finding is one thing that a client did wrong, as the evidence shows. The evidence is the sandbox's
journal, its callbacks and tasks. In a campaign and under `reelmock
run` it is also the client's exit code. There are five ways to get findings: `reelmock findings` (exit
code 1 if there are errors), `reelmock run`, `GET` or `POST /_mock/v1/sandboxes/{id}/findings`,
`reelmock.findings()` in pytest, and a [campaign](../guides/campaigns.md). `reelmock findings explain
NAME` prints one of the sections below.

Reelmock judges the pace of a client in the client's own seconds: the pace that the documents advise is
divided by the speed and by the clock's rate. If the clock stands (manual, auto), real pauses say
nothing. Then only a wait that a reply's header told the client counts, and the rest is reported as not
judged. If a test moves a manual clock, this counts as waiting. Some mistakes can be seen only from the
client's exit code: it took a cut stream, half a video or a foreign callback for success.
Campaigns and `reelmock run` judge these; elsewhere they are reported as not judged, unless the caller
of `POST` gives the exit code.
"""


def page() -> str:
    """The whole page."""
    findings = FINDINGS.all()
    rows = [f"| [{f.name}](#{f.name}) | {f.severity} | {f.title} |" for f in findings]
    table = "\n".join(["| finding | severity | the client … |", "|---|---|---|", *rows])
    return "\n\n".join([HEAD.strip(), table, *map(_section, findings)]) + "\n"


def _section(finding: Finding) -> str:
    return (
        f"## {finding.name}\n\n**{finding.severity}**: {finding.title}.\n\n"
        f"{finding.why}\n\n*How to correct it:* {finding.mend}\n\n"
        f"*Evidence:* {finding.rests_on}\n\n*What would change the result:* {finding.turned_by}"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
