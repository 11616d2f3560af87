"""The three programs of the page on naive clients make their video where nothing goes wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockserver.cli.campaigns.files import files_in
from tests.support import needs

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock
    from tests.integration.campaign.conftest import Campaign

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    "program", ["naive_kie_client.mjs", "openai_sdk_client.py", "reference_client.py"]
)
def test_a_program_of_the_page_makes_its_video(
    reelmock: Reelmock, tmp_path: Path, program: str
) -> None:
    runtime = needs.program("node") if program.endswith(".mjs") else sys.executable
    command = [runtime, str(EXAMPLES / program), str(tmp_path / "video.mp4")]
    environment = {**reelmock.full_env(), "POLL_MS": "5", "NO_PROXY": "*"}
    subprocess.run(command, env=environment, check=True, timeout=100, capture_output=True)
    (task,) = reelmock.tasks
    own = {file["sha256"] for file in reelmock.control.task(task.id, reelmock.id).files}
    assert {file.sha256 for file in files_in(tmp_path)} == own


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
