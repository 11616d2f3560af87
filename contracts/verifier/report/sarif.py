"""SARIF 2.1.0, for code-scanning pages."""

import json
from hashlib import sha256

from contracts.verifier.model import Check, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}


ANCHOR = "reelmock.toml"
"""A file in the user's repository. A page of alerts shows each alert at a line of such a file. The
problem is at a host, and Reelmock's settings are the nearest file.
"""


def _place(report: Report, check: Check) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": ANCHOR, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {"fullyQualifiedName": f"{report.provider}/{check.id}", "kind": "resource"}
        ],
    }


def _fingerprint(report: Report, check: Check, problem: str) -> str:
    return sha256(
        f"{report.provider} {check.id} {problem}".encode(errors="backslashreplace")
    ).hexdigest()[:32]


def render(report: Report) -> str:
    """Write one run, with a rule for each check and a result for each problem."""
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
            "message": {"text": f"{problem} ({result.check.source})"},
            "locations": [_place(report, result.check)],
            # The same problem in the next run is the same alert, not a new one.
            "partialFingerprints": {"check/v1": _fingerprint(report, result.check, problem)},
        }
        for result in report.results
        for problem in result.problems
    ]
    driver = {
        "name": "reelmock verify",
        "rules": rules,
    }
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if report.error:
        told = {"level": "error", "message": {"text": report.error}}
        run["invocations"] = [{"executionSuccessful": False, "toolExecutionNotifications": [told]}]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"
