"""Every format tells the same results in its own form."""

import json
from xml.etree import ElementTree

import pytest

from contracts.verifier.catalogue import all_checks, formats, renderer
from contracts.verifier.model import Report, Result

BY_ID = {check.id: check for check in all_checks()}
HOSTILE = "got \x00 </script> | % : , \n second line ✗ ]]>"
REPORT = Report(
    provider="kie",
    subject="https://api.kie.ai",
    unit="credits",
    results=(
        Result(BY_ID["auth.bad_key"], "pass"),
        Result(BY_ID["poll.reply"], "fail", (HOSTILE, "another problem")),
        Result(BY_ID["poll.headers"], "fail", ("a charset is missing",)),
        Result(BY_ID["callback.body"], "skip", reason="no callback came"),
    ),
    planned_cost=30,
    dialects={"time": ("number",)},
    settings='{"dialect": {"kie": {"time": "number"}}}',
    notes=("record_info/data: fields that no document names: colour",),
)


def test_there_are_six_formats():
    assert formats() == ("console", "github", "json", "junit", "markdown", "sarif")


@pytest.mark.parametrize("name", ["console", "github", "json", "markdown", "sarif", "junit"])
def test_every_format_names_what_failed(name):
    text = renderer(name)(REPORT)
    assert "poll.reply" in text
    assert "poll.headers" in text
    assert "another problem" in text
    assert text.endswith("\n")


def test_junit_counts_violations_only_and_is_xml():
    suite = ElementTree.fromstring(renderer("junit")(REPORT).split("\n", 1)[1])
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")
    assert [
        case.get("name").split(":")[0] for case in suite if case.find("failure") is not None
    ] == ["poll.reply"]


def test_junit_tells_a_warning_and_the_reason_of_what_was_skipped():
    suite = ElementTree.fromstring(renderer("junit")(REPORT).split("\n", 1)[1])
    told = {
        case.get("name").partition(":")[0]: [
            (part.tag, part.get("message") or part.text) for part in case
        ]
        for case in suite
    }
    assert told == {
        "auth.bad_key": [],
        "poll.reply": [("failure", "got ? </script> | % : , ")],
        "poll.headers": [("system-out", "SHOULD: a charset is missing")],
        "callback.body": [("skipped", "no callback came")],
    }


def test_github_commands_are_one_line_each():
    lines = renderer("github")(REPORT).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning", "::notice"]


def test_sarif_levels_follow_the_words_of_the_documents():
    run = json.loads(renderer("sarif")(REPORT))["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules


def test_sarif_names_a_file_that_a_users_repository_has_and_keeps_one_alert_for_one_problem():
    run = json.loads(renderer("sarif")(REPORT))["runs"][0]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {"reelmock.toml"}
    assert {place["region"]["startLine"] for place in places} == {1}
    again = json.loads(renderer("sarif")(REPORT))["runs"][0]
    prints = [result["partialFingerprints"]["check/v1"] for result in run["results"]]
    assert prints == [result["partialFingerprints"]["check/v1"] for result in again["results"]]
    assert len(set(prints)) == len(prints) == 3


def test_a_markdown_table_survives_hostile_text():
    text = renderer("markdown")(REPORT)
    assert "</script>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1


def test_the_console_says_what_makes_the_mock_speak_the_same():
    text = renderer("console")(REPORT)
    assert REPORT.settings in text
    assert "1 violation, 1 warning, 1 skipped" in text
    assert "does not conform" in text


def test_the_console_marks_each_outcome_with_its_own_sign():
    lines = renderer("console")(REPORT).splitlines()
    signs = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert signs[:4] == ["ok", "FAIL", "warn", "skip"]


def test_a_report_without_results_checked_nothing():
    assert Report("kie", "x", "credits", ()).exit_status == 2


FAILED = Report("kie", "http://h", "", (), error="cannot reach h:9 \x00")


@pytest.mark.parametrize("name", ["console", "github", "json", "markdown", "sarif", "junit"])
def test_every_format_says_why_nothing_was_checked(name):
    assert "cannot reach h:9" in renderer(name)(FAILED)
    assert "cannot reach" not in renderer(name)(REPORT)


def test_junit_has_an_error_where_nothing_was_checked():
    suite = ElementTree.fromstring(renderer("junit")(FAILED).split("\n", 1)[1])
    assert (suite.get("tests"), suite.get("errors"), suite.get("failures")) == ("1", "1", "0")
    assert suite.find("testcase/error").get("message") == "cannot reach h:9 ?"


def test_sarif_says_that_the_run_failed_where_nothing_was_checked():
    (run,) = json.loads(renderer("sarif")(FAILED))["runs"]
    assert [one["executionSuccessful"] for one in run["invocations"]] == [False]
    assert "invocations" not in json.loads(renderer("sarif")(REPORT))["runs"][0]
