"""What a campaign leaves behind: a table, a page, JUnit, JSON, and one command for each case."""

from __future__ import annotations

import re
import shlex
import shutil
from io import StringIO
from pathlib import Path
from time import monotonic_ns
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from mockserver.cli.campaigns import report, table
from mockserver.cli.campaigns.outcome import Campaign as Record
from mockserver.cli.campaigns.outcome import CaseOutcome
from mockserver.cli.campaigns.page import page
from mockserver.cli.campaigns.verdict import UNJUDGED, VERDICTS
from tests.integration.campaign.conftest import Campaign
from tests.support import needs
from tests.support.some import some

TEXTS = ("name", "family", "fault", "phase", "why", "output", "command", "seed")
NUMBERS = ("exit_code", "real_ms", "calls", "paid_jobs", "more_jobs", "spent_usd", "struck")
EXAMPLES = Path(__file__).parents[2] / "examples"


def outcome(**changes: Any) -> CaseOutcome:
    """A case that recovered, but for `changes`."""
    given: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(NUMBERS, 0)}
    given |= {"verdict": "recovered", "evidence": [], "findings": [], "moments": []}
    return CaseOutcome(**(given | changes))


def record(*outcomes: CaseOutcome, **changes: Any) -> Record:
    """A campaign of some cases."""
    given: dict[str, Any] = {"command": ["x"], "seed": "s", "control": outcome(name="no fault")}
    given |= {"outcomes": list(outcomes), "not_run": [], "real_ms": 1}
    return Record(**(given | changes))


def text_of(
    campaign: Record,
    failing: tuple[CaseOutcome, ...] = (),
    *,
    every: bool = False,
    whole: bool = False,
) -> str:
    """What is printed of a campaign."""
    written = StringIO()
    console = Console(file=written, width=200)
    table.show(console, campaign)
    report.show(console, campaign, failing, every=every, whole=whole)
    return written.getvalue()


def test_a_table_shows_every_fault_at_every_phase(campaign: Campaign) -> None:
    run = campaign("careful", "--faults", "http_error", "--markdown", "table.md")
    assert run.verdicts.keys() == {
        "http_error@create",
        "http_error@poll",
        "http_error@download",
    }  # the phases that the client calls
    assert "| http_error | clean | recovered | recovered |" in Path("table.md").read_text()
    assert re.search(r"http_error +│ clean +│ recovered +│ recovered", run.out)
    assert "3 cases in" in run.out


def test_each_case_prints_the_command_that_repeats_it(campaign: Campaign) -> None:
    run = campaign(
        "careful", "--faults", "http_error", "--phases", "create", "--seed", "s1", "--all"
    )
    command = run.case("http_error@create")["command"]
    assert command in run.out
    words = shlex.split(command)
    assert words[:6] == ["reelmock", "campaign", "--seed", "s1", "--deadline", "20s"]
    options, client = words[2 : words.index("--")], words[words.index("--") + 1 :]
    again = campaign("", *options, command=tuple(client))
    assert again.verdicts == {"http_error@create": "failed_cleanly"}


def test_the_same_seed_gives_the_same_campaign(campaign: Campaign) -> None:
    first, second = (
        campaign("careful", "--faults", "http_error,fail", "--seed", "s1") for _ in range(2)
    )
    assert first.verdicts == second.verdicts
    told = [
        [
            (m["kind"], m["what"].split("?")[0], m["after_ms"])
            for m in run.case("fail@job")["moments"]
        ]
        for run in (first, second)
    ]
    assert [kind for kind, *_ in told[0]] == [kind for kind, *_ in told[1]]


def test_a_campaign_takes_as_long_as_its_longest_case_and_no_longer_than_its_command(
    campaign: Campaign,
) -> None:
    began_ns = monotonic_ns()
    run = campaign("careful", "--only", "http_error@create")
    took_ms = (monotonic_ns() - began_ns) / 1e6
    assert 0 < run.case("http_error@create")["real_ms"] <= run.content["real_ms"] <= took_ms


def test_a_page_holds_all_of_it_and_nothing_from_elsewhere(campaign: Campaign) -> None:
    campaign("careful", "--faults", "http_error", "--html", "report.html")
    html = Path("report.html").read_text()
    for name in ("no fault", "http_error@create", "http_error@poll", "http_error@download"):
        assert f"<div class=axis id='{name}'>" in html
    assert html.count("<details>") == 4
    links = re.findall(r"(?:href|src)='([^']*)'", html)
    assert links
    assert all(link.startswith("#") for link in links)


def test_a_page_escapes_what_the_command_printed() -> None:
    hostile = "</pre><script>alert(1)</script>"
    told = dict.fromkeys(TEXTS, hostile)
    found = outcome(**told, verdict="lied", evidence=[hostile])
    assert "<script" not in page(record(found, not_run=[hostile]))


@pytest.mark.parametrize("verdict", [*VERDICTS, *UNJUDGED])
def test_more_paid_jobs_are_told_whatever_the_verdict(verdict: str) -> None:
    found = outcome(name="a@poll", fault="a", phase="poll", verdict=verdict, more_jobs=2)
    assert table.label(found).endswith(" +2")
    assert "+n more paid jobs" in text_of(record(found))
    assert "+2" in table.markdown(record(found))
    assert "a@poll:" in text_of(record(found))  # it stands among the bad news


def test_a_campaign_that_costs_no_more_has_no_marks() -> None:
    found = outcome(name="a@poll", fault="a", phase="poll")
    assert table.label(found) == "recovered"
    assert "+n" not in text_of(record(found))
    assert "a@poll:" not in text_of(record(found))
    assert "a@poll:" in text_of(record(found), every=True)


def test_bad_news_comes_with_its_evidence_and_the_end_of_its_own_output() -> None:
    output = "\n".join(f"line {number}" for number in range(1, 21))
    bad = outcome(name="a@poll", verdict="lied", evidence=["there is no v.mp4"], output=output)
    told = text_of(record(bad))
    assert "  there is no v.mp4\n" in told
    assert "  | … 12 lines before\n  | line 13\n" in told
    assert "line 12\n" not in told
    assert "  | line 1\n  | line 2\n" in text_of(record(bad), whole=True)


def test_clean_failures_are_named_in_one_line_unless_they_make_the_campaign_fail() -> None:
    clean = [
        outcome(name=name, verdict="failed_cleanly", evidence=[f"{name} said no"], parameters=given)
        for name, given in (("a@poll", {"status": 503}), ("b@poll", {}))
    ]
    told = text_of(record(*clean))
    assert "\n2 cases failed cleanly: a@poll (status=503), b@poll\n" in told
    assert "--seed s --only NAME" in told
    assert "said no" not in told
    failing = text_of(record(*clean), failing=(clean[0],))
    assert "a@poll (status=503): failed cleanly\n  a@poll said no\n" in failing
    assert "\n1 case failed cleanly: b@poll\n" in failing
    for every in some([{"every": True}, {"whole": True}]):
        assert "b@poll: failed cleanly\n  b@poll said no\n" in text_of(record(*clean), **every)
    marked = outcome(name="a@poll", verdict="failed_cleanly", more_jobs=1, evidence=["paid twice"])
    assert "  paid twice\n" in text_of(record(marked))


def test_faults_that_cannot_strike_this_command_are_named_in_every_report(
    campaign: Campaign,
) -> None:
    words = ("--faults", "http_error,stream_cut,stream_duplicated,callback_never")
    run = campaign("careful", *words, "--html", "page.html", "--markdown", "table.md")
    line = (
        "3 faults left out: no stream in the control run: stream_cut, stream_duplicated; "
        "no callback in the control run: callback_never"
    )
    assert f"\n{line}\n" in run.out
    assert line in Path("page.html").read_text()
    assert line in Path("table.md").read_text()
    assert {one["fault"]: one["phases"] for one in run.content["left_out"]} == {
        "stream_cut": ["stream"],
        "stream_duplicated": ["stream"],
        "callback_never": ["callback"],
    }


def test_each_case_says_what_its_fault_was_given(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@poll", "--html", "page.html")
    assert run.case("http_error@poll")["parameters"] == {"status": 500}
    assert "http_error@poll (status=500): recovered" in run.out
    assert "<b>http_error@poll (status=500)</b>" in Path("page.html").read_text()


def test_a_case_that_was_named_prints_all_that_it_said(campaign: Campaign) -> None:
    assert "  | no video: HTTP Error 500" in campaign("swallows", "--only", "http_error@create").out


def test_findings_about_the_run_without_a_fault_are_shown(campaign: Campaign) -> None:
    run = campaign("announces", "--faults", "slow")
    control = run.out.partition("no fault: recovered")[2]
    assert "warning: never fetched the result" in control.partition("slow@job")[0]


def test_every_report_names_the_evidence(campaign: Campaign) -> None:
    files = ("--junit", "junit.xml", "--html", "page.html")
    run = campaign("swallows", "--only", "http_error@create", *files)
    (case,) = ElementTree.parse("junit.xml").getroot().iter("testcase")
    told = str(case.findtext("system-out")).splitlines()
    evidence = [line.removeprefix("evidence: ") for line in told if line.startswith("evidence: ")]
    head = ["case: http_error@create (status=500)", "verdict: lied", "more jobs: 0"]
    assert told[:3] == head
    failure = case.find("failure")
    assert evidence == ["exit code 0", "there is no video.mp4"]
    assert failure is not None
    assert failure.get("message") == "lied: exit code 0; there is no video.mp4"
    assert "<li>there is no video.mp4" in Path("page.html").read_text()
    assert run.case("http_error@create")["evidence"] == evidence
    assert "  there is no video.mp4\n" in run.out


def test_junit_has_a_test_for_each_case(campaign: Campaign) -> None:
    run = campaign("swallows", "--faults", "http_error,refuse", "--junit", "junit.xml")
    suite = ElementTree.parse("junit.xml").getroot()
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert int(suite.get("tests", 0)) == len(run.verdicts)
    assert failed == {name for name, word in run.verdicts.items() if word == "lied"}


def test_junit_tells_of_the_run_without_a_fault_and_of_what_was_left_out(
    campaign: Campaign,
) -> None:
    run = campaign("careful", "--faults", "stream_cut,http_error", "--junit", "junit.xml")
    suite = ElementTree.parse("junit.xml").getroot()
    told = str(suite.findtext("system-out")).splitlines()
    assert told[:3] == ["case: no fault", "verdict: recovered", "more jobs: 0"]
    left_out = "1 fault left out: no stream in the control run: stream_cut"
    assert told[-1] == left_out
    assert left_out in run.out
    campaign("careful", "--only", "http_error@poll", "--junit", "junit.xml")
    suite = ElementTree.parse("junit.xml").getroot()
    assert "left out" not in str(suite.findtext("system-out"))


def test_with_a_baseline_only_what_got_worse_fails(campaign: Campaign, tmp_path: Path) -> None:
    cases = ("--only", "http_error@create,http_error@poll")
    assert campaign("swallows", *cases).code == 1
    known = tmp_path / "known.json"
    shutil.copy(tmp_path / "campaign.json", known)
    assert campaign("swallows", *cases, "--baseline", str(known)).code == 0
    assert campaign("careful", *cases, "--baseline", str(known)).code == 0
    shutil.copy(tmp_path / "campaign.json", known)
    worse = campaign("swallows", *cases, "--baseline", str(known))
    assert worse.code == 1
    assert "2 worse than the baseline" in worse.out
    assert "\n  http_error@poll: recovered -> lied\n" in worse.out
    required = campaign("swallows", *cases)
    assert "\n  http_error@poll: failed cleanly required -> lied\n" in required.out


def test_names_of_the_environment_can_be_chosen(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@poll", "--env", "MY_URL={kie}")
    assert run.verdicts == {"http_error@poll": "recovered"}
    assert "--env 'MY_URL={kie}'" in run.case("http_error@poll")["command"]


@pytest.mark.parametrize(
    ("provider", "verdicts"),
    [
        ("kie", {"http_error@poll": "recovered", "fail@job": "failed_cleanly"}),
        ("apiyi", {"http_error@poll": "not_struck", "fail@job": "not_struck"}),
    ],
)
def test_faults_strike_the_provider_that_is_named(
    campaign: Campaign, provider: str, verdicts: dict[str, str]
) -> None:
    run = campaign("careful", "--only", "http_error@poll,fail@job", "--provider", provider)
    assert run.verdicts == verdicts


def test_a_case_says_why_its_fault_never_struck(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@upgrade")
    assert run.verdicts == {"http_error@upgrade": "not_struck"}
    assert run.case("http_error@upgrade")["why"]


def test_a_real_clock_with_a_rate_serves_as_well(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@create", "--rate", "100000")
    assert run.verdicts == {"http_error@create": "failed_cleanly"}
    assert "--rate 100000" in run.case("http_error@create")["command"]


def test_a_program_in_another_language_is_judged_as_well(campaign: Campaign) -> None:
    client = (needs.program("node"), str(EXAMPLES / "naive_kie_client.mjs"), "{tmp}/video.mp4")
    run = campaign("", "--only", "http_error@create", "--env", "POLL_MS=5", command=client)
    assert run.verdicts == {"http_error@create": "lied"}
