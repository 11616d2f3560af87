"""SARIF 2.1.0, for code-scanning pages."""

import json

from contracts.verifier.model import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}


def render(report: Report) -> str:
    """Write one run: a rule per check, a result per problem."""
    rules = [
        {
            "id": result.check.id,
            "shortDescription": {"text": result.check.title},
            "fullDescription": {"text": f"{result.check.level}: {result.check.title}"},
            "help": {"text": f"Source: {result.check.source}"},
            "defaultConfiguration": {"level": _LEVELS[result.check.level]},
        }
        for result in report.results
    ]
    results = [
        {
            "ruleId": result.check.id,
            "level": _LEVELS[result.check.level],
            "message": {"text": problem},
            # A page wants a place in the repository; the contract is what was broken.
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": f"contracts/{report.provider}/openapi.yaml"}
                    }
                }
            ],
        }
        for result in report.results
        for problem in result.problems
    ]
    driver = {
        "name": "reelmock verify",
        "informationUri": "https://reelmock.invalid/",
        "rules": rules,
    }
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"
