"""Hung means hung: a deadline that grows with what a client had to wait for, and a second try alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.cli.campaigns.deadline import allowed_s, left_s, waited_as_told_ms
from mockserver.control import Entry
from tests.integration.campaign.conftest import Campaign
from tests.integration.campaign.test_plan import entry


def call(real_ms: int, wait: str = "", name: str = "retry-after") -> Entry:
    headers = [(name, wait)] if wait else []
    return entry("poll", {}, real_ms=real_ms, reply_headers=headers)


@pytest.mark.parametrize(
    ("calls", "waited_ms"),
    [
        ([call(0), call(5000)], 0),
        ([call(0, "3"), call(4000)], 3000),  # one second more than it was told
        ([call(0, "3"), call(10), call(20)], 10),  # it did not wait
        ([call(0, "3"), call(10, "3"), call(20, "3")], 3020),  # only after the last one it waits
        ([call(0, "3"), call(3000, "2")], 5000),
        ([call(0, "1500", "retry-after-ms"), call(9000)], 1500),
        ([call(0, "Thu, 01 Jan 1970 00:00:04 GMT"), call(9000)], 4000),
        ([call(0, "soon"), call(9000)], 0),
        ([call(9000, "60")], 1000),  # it still waits
        ([], 0),
    ],
)
def test_only_what_a_client_waited_as_told_counts(calls: list[Entry], waited_ms: int) -> None:
    assert waited_as_told_ms(calls, 10_000) == waited_ms


def test_a_deadline_grows_with_the_run_without_a_fault() -> None:
    assert allowed_s(10.0, 0) == 10.0
    assert allowed_s(10.0, 1500) == 16.0


def test_time_is_up_only_when_what_it_waited_is_taken_off() -> None:
    assert left_s(4.0, 10.0, lambda: 0) == 6.0
    assert left_s(10.0, 10.0, lambda: 3000) == 3.0
    assert left_s(13.0, 10.0, lambda: 3000) == 0.0


def test_a_case_that_hangs_both_times_is_hung(campaign: Campaign) -> None:
    run = campaign("endless", "--only", "stall@job", "--deadline", "1s")
    assert run.verdicts == {"stall@job": "hung"}
    case = run.case("stall@job")
    assert case["exit_code"] is None
    now, waited, before = case["evidence"]
    assert now.startswith("still running after")
    assert " alone; " in now
    assert waited.startswith("it called again and again (")
    assert ": GET /kie/api/v1/veo/record-info?taskId=" in waited
    assert waited.endswith("… running")
    assert before.startswith("before that still running after")
    assert " beside other cases; " in before


def test_a_case_that_hung_beside_others_is_judged_by_its_run_alone(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONCE", str(tmp_path))
    run = campaign("stuck_once", "--only", "http_error@poll", "--deadline", "2s")
    assert run.verdicts == {"http_error@poll": "recovered"}
    assert "before that still running" in run.case("http_error@poll")["evidence"][-1]


def test_a_helper_that_outlives_the_command_makes_nobody_hang(campaign: Campaign) -> None:
    run = campaign("helped", "--only", "http_error@poll", "--deadline", "5s")
    assert run.verdicts == {"http_error@poll": "recovered"}
    assert run.case("http_error@poll")["evidence"][0] == "exit code 0"


def test_a_command_that_cannot_run_beside_itself_is_refused(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCK", str(tmp_path / "lock"))
    run = campaign("unshared", "--only", "http_error@poll", "--jobs", "3")
    assert run.code == 2
    assert "of 3 runs at once 2 failed" in run.err
    assert "--jobs 1" in run.err
    assert not run.content
