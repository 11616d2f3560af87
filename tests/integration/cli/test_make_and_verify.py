"""`reelmock make` and `reelmock verify` against a server that `reelmock run` starts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.demo_steps.film import examine
from tests.integration.cli.conftest import REELMOCK

Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., Any]


@pytest.mark.parametrize("provider", ["apiyi", "kie", "xcompute"])
def test_a_prompt_becomes_a_file(cli: Run, tmp_path: Path, provider: str) -> None:
    make = [REELMOCK, "make", "a cat [mock:instant]", "--provider", provider]
    done = cli("run", "--", *make, "--every", "0.05", "--out", "cat.mp4")
    assert (done.returncode, done.stdout) == (0, "cat.mp4\n"), done.stderr
    assert examine(tmp_path / "cat.mp4").problem == ""
    assert "submitted" in done.stderr


def test_kies_jobs_api_makes_a_video_of_an_image_file_too(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "frame.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    make = [REELMOCK, "make", "a cat [mock:instant]", "--provider", "kie", "--api", "jobs"]
    done = cli("run", "--", *make, "--image", "frame.png", "--out", "cat.mp4")
    assert (done.returncode, done.stdout) == (0, "cat.mp4\n"), done.stderr
    assert examine(tmp_path / "cat.mp4").problem == ""
    calls = ("stream_upload", "create_task", "task_record")
    assert [name for name in calls if name in done.stderr] == list(calls), done.stderr


def test_a_job_that_fails_is_exit_1_with_its_reason_and_no_file(cli: Run, tmp_path: Path) -> None:
    make = [REELMOCK, "make", "x [mock:fail at=0%]", "--provider", "xcompute", "--every", "0.05"]
    done = cli("run", "--speed", "1000", "--", *make)
    assert done.returncode == 1
    assert "failed:" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--provider", "sora"], "not one of apiyi, kie, xcompute"),
        (["--provider", "kie"], "KIE_API_KEY"),
        (["--provider", "kie", "--api-key", "x", "--aspect", "1:1"], "aspect"),
        (["--provider", "kie", "--api-key", "x", "--api", "old"], "not one of veo, jobs"),
        (["--provider", "apiyi", "--api-key", "x", "--api", "jobs"], "apiyi has only one"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line_and_exit_2(
    cli: Run, options: list[str], expected: str
) -> None:
    done = cli("make", "a cat", *options)
    assert done.returncode == 2
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_mock_conforms_to_what_costs_nothing_to_check(cli: Run) -> None:
    verify = f"{REELMOCK} verify kie --base-url $KIE_BASE_URL --api-key $KIE_API_KEY"
    done = cli("run", "--", "sh", "-c", verify)
    assert done.returncode == 0, done.stdout
    assert "kie conforms" in done.stdout
    assert "It would have cost nothing." in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["sora"],
        ["kie", "--base-url", "http://127.0.0.1:1", "--api-key", "x"],
        ["kie", "--har", "nowhere.har"],
        ["kie", "--listen", "here"],
    ],
)
def test_what_cannot_be_verified_is_one_line_and_exit_2(cli: Run, options: list[str]) -> None:
    done = cli("verify", *options)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--api-key", "sk-no"], []),
        (["--api-key-file", "a.key"], []),
        (["--key", "sk-no"], ["reelmock: --key is called --api-key now; 0.3.0 ends the old name"]),
        (
            ["--key-file", "a.key"],
            ["reelmock: --key-file is called --api-key-file now; 0.3.0 ends the old name"],
        ),
    ],
)
@pytest.mark.parametrize("command", ["verify kie --base-url", "diff contract --provider kie"])
def test_the_old_name_of_a_providers_key_still_works_and_says_the_new_one(
    cli: Run, serve: Serve, tmp_path: Path, command: str, given: list[str], told: list[str]
) -> None:
    (tmp_path / "a.key").write_text("sk-no")
    address = serve("--keys", "closed").address
    done = cli(*command.split(), address["providers"]["kie"]["base_url"], *given)
    assert done.returncode == 2 or command.startswith("diff")
    refused = "-> HTTP 200, code 401\n"
    assert done.stderr.endswith(refused) or command.startswith("diff")
    assert [line for line in done.stderr.splitlines() if " now; " in line] == told
    assert "sk-no" not in done.stderr


def test_a_host_that_cannot_be_reached_is_told_in_the_files_that_were_asked_for(
    cli: Run, tmp_path: Path
) -> None:
    files = [f"--report={name}={tmp_path / name}" for name in ("junit", "sarif", "json")]
    done = cli("verify", "kie", "--base-url", "http://127.0.0.1:9", *files)
    assert done.returncode == 2
    assert "reelmock verify: cannot reach 127.0.0.1:9" in done.stderr
    assert '<error message="cannot reach 127.0.0.1:9' in (tmp_path / "junit").read_text()
    assert '"executionSuccessful": false' in (tmp_path / "sarif").read_text()
    assert '"error": "cannot reach 127.0.0.1:9' in (tmp_path / "json").read_text()
    wrong = cli("verify", "kie", "--base-url", "http://127.0.0.1:9", *files, "--report=xml=x.xml")
    assert wrong.stderr.startswith("reelmock verify: unknown report format 'xml'")
