"""For people at a terminal."""

import re

from contracts.counted import counted
from contracts.verifier.model import Report, Result

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_SIGNS = {"pass": "ok  ", "skip": "skip", "fail": "FAIL"}


def render(report: Report) -> str:
    """Write a line for each check, the dialect, and the verdict."""
    lines = [f"{report.provider} at {report.subject}", ""]
    for result in report.results:
        lines.append(_line(result))
        lines += [f"         {problem}" for problem in result.problems]
    if report.dialects:
        lines += ["", "It speaks:"]
        lines += [f"  {switch}: {', '.join(words)}" for switch, words in report.dialects.items()]
    if report.settings:
        lines += ["", "To make the mock speak the same (PATCH /_mock/v1/sandboxes/current):"]
        lines.append(f"  {report.settings}")
    lines += ["", *(f"note: {note}" for note in report.notes), _verdict(report)]
    return _STEERING.sub(_shown, "\n".join(lines)) + "\n"


def _shown(found: re.Match[str]) -> str:
    """Text without control characters: what a host sent must not control the terminal."""
    return found[0].encode("unicode_escape").decode()


def _line(result: Result) -> str:
    check = result.check
    sign = "warn" if result.outcome == "fail" and not result.violates else _SIGNS[result.outcome]
    tail = f"  ({result.reason})" if result.reason else ""
    tail = f"  [{check.source}]" if result.outcome == "fail" else tail
    return f"  {sign} {check.level:6} {check.id}: {check.title}{tail}"


def _verdict(report: Report) -> str:
    violations = sum(result.violates for result in report.results)
    warnings = report.count("fail") - violations
    rest = f"\n{report.checked}, {report.rest}" if report.rest else ""
    wrong = f"{counted(violations, 'violation')}, {counted(warnings, 'warning')}"
    return (
        f"{report.verdict}: {report.checked}, {report.count('pass')} passed, "
        f"{wrong}, {report.count('skip')} skipped; "
        f"at most {report.planned_cost:g} {report.unit} spent{rest}"
    )
