"""For programs."""

import json

from contracts.verifier.model import Report


def render(report: Report) -> str:
    """Write the whole report as one JSON object."""
    document = {
        "provider": report.provider,
        "subject": report.subject,
        "conforms": report.exit_status == 0,
        "verdict": report.verdict,
        "checked": report.checked,
        "rest": report.rest,
        "exit_status": report.exit_status,
        "cost": {"at_most": report.planned_cost, "unit": report.unit},
        "dialects": report.dialects,
        "mock_settings": json.loads(report.settings) if report.settings else None,
        "notes": report.notes,
        "error": report.error or None,
        "results": [
            {
                "id": result.check.id,
                "area": result.check.area,
                "level": result.check.level,
                "title": result.check.title,
                "source": result.check.source,
                "outcome": result.outcome,
                "problems": result.problems,
                "reason": result.reason,
            }
            for result in report.results
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
