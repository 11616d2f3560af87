"""What a campaign leaves behind: a table, a page, JUnit, JSON, and one command for each case."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mockserver.cli.campaigns.outcome import Campaign as Record
from mockserver.cli.campaigns.outcome import Outcome
from mockserver.cli.campaigns.page import page
from tests.integration.campaign.conftest import Campaign
from tests.support import needs

EXAMPLES = Path(__file__).parents[2] / "examples"


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
    run = campaign("careful", "--faults", "http_error", "--phases", "create", "--seed", "s1")
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
    texts = ("name", "family", "fault", "phase", "why", "output", "command", "seed")
    numbers = ("exit_code", "real_ms", "calls", "paid_jobs", "more_jobs", "spent_usd", "struck")
    outcome = Outcome(
        **dict.fromkeys(texts, hostile),
        **dict.fromkeys(numbers, 1),
        verdict="lied",
        evidence=[hostile],
        findings=[],
        moments=[],
    )
    assert "<script" not in page(Record([hostile], hostile, outcome, [outcome], [hostile], 1))


def test_junit_has_a_test_for_each_case(campaign: Campaign) -> None:
    run = campaign("swallows", "--faults", "http_error,refuse", "--junit", "junit.xml")
    suite = ElementTree.parse("junit.xml").getroot()
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert int(suite.get("tests", 0)) == len(run.verdicts)
    assert failed == {name for name, word in run.verdicts.items() if word == "lied"}


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


def test_names_of_the_environment_can_be_chosen(campaign: Campaign) -> None:
    run = campaign("careful", "--only", "http_error@poll", "--env", "MY_URL={kie}")
    assert run.verdicts == {"http_error@poll": "recovered"}
    assert "--env 'MY_URL={kie}'" in run.case("http_error@poll")["command"]


@pytest.mark.parametrize(("provider", "verdict"), [("kie", "recovered"), ("apiyi", "not_struck")])
def test_faults_strike_the_provider_that_is_named(
    campaign: Campaign, provider: str, verdict: str
) -> None:
    run = campaign("careful", "--only", "http_error@poll", "--provider", provider)
    assert run.verdicts == {"http_error@poll": verdict}


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
