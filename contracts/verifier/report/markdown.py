"""For the summary page of a CI job."""

from contracts.verifier.model import Report

_SIGNS = {"pass": "✅", "skip": "⏭️", "fail": "❌"}


def render(report: Report) -> str:
    """Write a table of checks and a list of what is wrong."""
    lines = [
        f"## {report.verdict}",
        "",
        f"`{report.subject}`, {report.count('pass')} passed, {report.count('fail')} failed, "
        f"{report.count('skip')} skipped, at most {report.planned_cost:g} {report.unit} spent",
        *(["", f"{report.checked}, {report.rest}"] if report.rest else []),
        "",
        "| | level | check | source |",
        "|---|---|---|---|",
    ]
    for result in report.results:
        sign = "⚠️" if result.outcome == "fail" and not result.violates else _SIGNS[result.outcome]
        check = result.check
        row = f"| {sign} | {check.level} | `{check.id}` {_cell(check.title)} | {_cell(check.source)} |"
        lines.append(row)
    wrong = [result for result in report.results if result.problems]
    for result in wrong:
        lines += ["", f"**{result.check.id}**", ""]
        lines += [f"* {_cell(problem)}" for problem in result.problems]
    if report.settings:
        lines += ["", "The mock speaks the same with", "", f"```json\n{report.settings}\n```"]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
