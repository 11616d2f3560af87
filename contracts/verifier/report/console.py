"""For people at a terminal."""

from contracts.verifier.model import Report, Result

_SIGNS = {"pass": "ok  ", "skip": "skip", "fail": "FAIL"}


def render(report: Report) -> str:
    """Write a line per check, the dialect, and the verdict."""
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
    return "\n".join(lines) + "\n"


def _line(result: Result) -> str:
    check = result.check
    sign = "warn" if result.outcome == "fail" and not result.violates else _SIGNS[result.outcome]
    tail = f"  ({result.reason})" if result.reason else ""
    tail = f"  [{check.source}]" if result.outcome == "fail" else tail
    return f"  {sign} {check.level:6} {check.id}: {check.title}{tail}"


def _verdict(report: Report) -> str:
    violations = sum(result.violates for result in report.results)
    warnings = report.count("fail") - violations
    word = {0: "conforms", 1: "does not conform", 2: "was not checked"}[report.exit_status]
    return (
        f"{report.provider} {word}: {report.count('pass')} passed, {violations} violations, "
        f"{warnings} warnings, {report.count('skip')} skipped; "
        f"at most {report.planned_cost:g} {report.unit} spent"
    )
