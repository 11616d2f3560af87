"""The same seed gives the same verdicts and findings, however busy the machine is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.integration.campaign.conftest import Campaign, Run

CASES = (
    "http_error@create,http_error@poll,rate_limit@create,hang_up@create,hang_up@poll,reset@poll,"
    "truncated_json@create,null_field@create,media_truncated@download,quota_requests@poll,"
    "fail@job,no_url@job,slow@job,completed_then_failed@job,unknown_at_first@job"
)


@contextmanager
def busy_cores() -> Iterator[None]:
    """Two programs for each core that do nothing but compute."""
    hog = [sys.executable, "-c", "while True: pass"]
    with ExitStack() as stack:
        for _ in range(2 * (os.cpu_count() or 1)):
            running = stack.enter_context(subprocess.Popen(hog))
            stack.callback(running.kill)
        yield


def shown(run: Run) -> dict[str, tuple[str, list[str], int]]:
    """What a run says of each case: verdict, findings, how many more jobs were paid."""
    assert len(run.content["outcomes"]) == len(CASES.split(","))
    return {
        case["name"]: (
            case["verdict"],
            [found["name"] for found in case["findings"]],
            case["more_jobs"],
        )
        for case in run.content["outcomes"]
    }


@pytest.mark.parametrize("manners", ["obedient", "blind"])
def test_three_runs_agree_one_of_them_on_a_busy_machine(campaign: Campaign, manners: str) -> None:
    options = ("--only", CASES, "--seed", "s1")
    first, second = (shown(campaign(manners, *options)) for _ in range(2))
    with busy_cores():
        third = shown(campaign(manners, *options))
    assert first == second
    assert first == third


def test_a_server_that_refuses_connections_does_so_in_no_case_but_its_own(
    campaign: Campaign,
) -> None:
    names = ["connection_refused@create", "connection_refused@poll", "connection_refused@download"]
    run = campaign("plain", "--only", ",".join(names))
    assert [run.case(name)["struck"] for name in names] == [1, 1, 1]
