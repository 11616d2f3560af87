"""What programs of others read is what the schemas of its formats say: SARIF and JUnit XML."""

from __future__ import annotations

import json
from typing import Any

import pytest
import xmlschema

from contracts.drift.model import Comparison, Drift
from contracts.drift.report import junit as drift_junit
from contracts.verifier.catalogue import all_checks, renderer
from contracts.verifier.model import Report, Result
from mockserver.cli.campaigns.junit import campaign_xml, findings_xml
from mockserver.cli.campaigns.outcome import Campaign, LeftOut
from mockserver.cli.terminal.judged import Judged
from mockserver.control.records import Found
from tests.integration.campaign.test_reports import outcome, record
from tests.support.report_schemas import junit_schema, sarif_schema

ODD = "got \x00 \x1b[31m </script> ]]> \ud800 \N{PILE OF POO}"


@pytest.fixture
def junit() -> xmlschema.XMLSchema:
    return junit_schema()


@pytest.fixture
def verified() -> Report:
    """A report with every outcome, and with text that no format can hold as it is."""
    passed, failed, skipped, warned = list(all_checks())[:4]
    results = (
        Result(passed, "pass"),
        Result(failed, "fail", (ODD, "another problem")),
        Result(skipped, "skip", reason=ODD),
        Result(warned, "fail", (ODD,)),
    )
    return Report(provider="kie", subject="https://api.kie.ai", unit="credits", results=results)


def found(name: str) -> Found:
    """A finding."""
    return Found(name=name, severity="error", title=ODD, what=ODD, why=ODD, mend=ODD, entries=[1])


def test_a_sarif_report_is_what_oasis_says(verified: Report) -> None:
    sarif = sarif_schema()
    report = json.loads(renderer("sarif")(verified))
    sarif.validate(report)
    assert report["runs"][0]["results"]
    del report["runs"][0]["results"][0]["message"]
    assert not sarif.is_valid(report)


def test_a_junit_report_of_verify_is_what_jenkins_takes(
    junit: xmlschema.XMLSchema, verified: Report
) -> None:
    junit.validate(renderer("junit")(verified))


@pytest.mark.parametrize("severity", ["breaking", "cosmetic", None])
def test_a_junit_report_of_diff_is_what_jenkins_takes(
    junit: xmlschema.XMLSchema, severity: Any
) -> None:
    drift = Drift("removed", severity, "status", "reply", "/data", ODD, ODD)
    junit.validate(drift_junit.render(Comparison("kie", "a", "b", (drift,) if severity else ())))


def test_a_junit_report_of_a_campaign_is_what_jenkins_takes(junit: xmlschema.XMLSchema) -> None:
    cases = [
        outcome(name="a@poll", family="http", output=ODD, evidence=[ODD], findings=[found("x")]),
        outcome(name="b@poll", family="http", verdict="lied", evidence=[ODD]),
        outcome(name="c@poll", family="http", verdict="not_struck"),
    ]
    left_out = (LeftOut("stream_cut", ("stream",)),)
    campaign: Campaign = record(*cases, not_run=["d@poll"], left_out=left_out, notes=(ODD,))
    junit.validate(campaign_xml(campaign, cases[1:2]))


def test_a_junit_report_of_findings_is_what_jenkins_takes(junit: xmlschema.XMLSchema) -> None:
    judged = Judged(found=(found("a"),), not_judged={"b": ODD}, counts={})
    junit.validate(findings_xml(judged, ["a", "b", "c"]))


def test_a_junit_report_without_its_counts_is_none(junit: xmlschema.XMLSchema) -> None:
    assert not junit.is_valid('<testsuite name="x"/>')
