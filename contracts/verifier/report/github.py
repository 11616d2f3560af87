"""Annotations for GitHub Actions: errors for violations, warnings for the rest."""

from contracts.verifier.model import Report


def render(report: Report) -> str:
    """Write a workflow command for each problem."""
    lines = []
    for result in report.results:
        kind = "error" if result.violates else "warning"
        title = _property(f"{report.provider}: {result.check.id} ({result.check.level})")
        for problem in result.problems:
            text = _data(f"{result.check.title}: {problem} [{result.check.source}]")
            lines.append(f"::{kind} title={title}::{text}")
    if report.error:
        lines.append(f"::error title=reelmock verify {report.provider}::{_data(report.error)}")
    counted = f"{report.count('pass')} passed, {report.count('fail')} failed"
    skipped = f"{report.count('skip')} skipped" + (f"; {report.rest}" if report.rest else "")
    lines.append(f"::notice title=reelmock verify {report.provider}::{counted}, {skipped}")
    return "\n".join(lines) + "\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
