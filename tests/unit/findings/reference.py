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

A finding is one thing that the evidence shows a client did wrong. The evidence is the sandbox's
journal, its callbacks and tasks, and in a campaign the client's exit code and output. Ask for them
with `reelmock findings` (exit code 1 when there are errors), `GET` or `POST
/_mock/v1/sandboxes/{id}/findings`, `reelmock.findings()` in pytest, or by a
[campaign](../guides/campaigns.md). `reelmock findings explain NAME` prints one of the sections below.

Pace is judged in the client's own seconds: what the documents advise is divided by the speed and by
the clock's rate. Under a clock that stands (manual, auto) real pauses say nothing, so only what a
reply's header told the client counts, and the rest is reported as not judged. A test that moves a
manual clock has waited. What only the client's exit code shows (it took a cut stream, half a video
or a foreign callback for success) is judged in campaigns, and as not judged elsewhere.
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
        f"{finding.why}\n\n*Mend it:* {finding.mend}\n\n"
        f"*Rests on:* {finding.rests_on}\n\n*Turned round by:* {finding.turned_by}"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
