"""A client of Kie's jobs API under a campaign."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.campaign.conftest import Campaign


def test_a_client_of_kies_jobs_api_is_judged_by_its_calls(campaign: Campaign) -> None:
    words = ("make", "a cat", "--provider", "kie", "--api", "jobs", "--every", "0.05")
    command = (sys.executable, "-m", "mockserver", *words, "--out", "{tmp}/video.mp4")
    cases = ("truncated_json@poll", "error_as_success@create", "fail@job", "unknown_at_first@job")
    ran = campaign("", *(word for case in cases for word in ("--only", case)), command=command)
    assert ran.verdicts == {
        "truncated_json@poll": "recovered",
        "error_as_success@create": "failed_cleanly",
        "fail@job": "failed_cleanly",
        "unknown_at_first@job": "recovered",
    }, ran.err
