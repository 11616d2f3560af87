"""What cannot be judged is said in one line, with exit code 2, and is never a pass."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.integration.campaign.conftest import Campaign, Run


def refused(run: Run) -> str:
    assert run.code == 2
    lines = run.err.strip().splitlines()
    assert len(lines) == 1, run.err
    assert not run.content
    return lines[0]


def test_a_command_that_does_not_exist(campaign: Campaign) -> None:
    assert "cannot start 'no-such-command'" in refused(
        campaign("", command=("no-such-command", "x"))
    )


def test_a_command_that_may_not_be_run(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    assert "Permission denied" in refused(campaign("", command=(str(file),)))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--faults", "http_eror"), "did you mean 'http_error'"),
        (("--faults", "strem"), "did you mean 'stream'"),
        (("--phases", "creat"), "did you mean 'create'"),
        (("--only", "http_error@creat"), "did you mean 'http_error@create'"),
        (("--require", "recoverd"), "did you mean 'recovered'"),
        (("--deadline", "0"), "more than 0"),
        (("--html", "nowhere/page.html"), "a file in a folder that exists"),
        (("--junit", "nowhere/page.xml"), "a file in a folder that exists"),
        (("--markdown", "nowhere/page.md"), "a file in a folder that exists"),
        (("--provider", "kiee"), "kie"),
        (("--faults", "media", "--phases", "create"), "phases"),
        (("--deadline", "soon"), "deadline"),
        (("--baseline", "missing.json"), "missing.json"),
        (("--env", "X"), "NAME=TEMPLATE"),
    ],
)
def test_a_word_that_does_not_exist(
    campaign: Campaign, options: tuple[str, ...], told: str
) -> None:
    assert told in refused(campaign("careful", *options))


def test_a_baseline_that_is_none(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text('{"tests": []}')
    assert "campaign --json" in refused(campaign("careful", "--baseline", str(file)))


def test_a_command_that_calls_somebody_else(campaign: Campaign) -> None:
    command = (sys.executable, "-c", "print('hello')")
    line = refused(campaign("", command=command))
    assert "no call of the command reached the server" in line
    assert "KIE_BASE_URL" in line
    assert "hello" in line


def test_a_command_that_takes_its_key_from_elsewhere(campaign: Campaign) -> None:
    line = refused(campaign("careful", "--env", "MY_KEY=sk-hard-coded"))
    assert "another key" in line


def test_a_command_that_fails_without_a_fault(campaign: Campaign) -> None:
    line = refused(campaign("raises", "--env", "MY_URL={kie}/nowhere"))
    assert "fails even without a fault (exit code 1)" in line


def test_a_command_that_never_ends_without_a_fault(campaign: Campaign) -> None:
    program = (
        "import os, urllib.request as u, threading\n"
        "url = os.environ['APIYI_BASE_URL'] + '/v1/models'\n"
        "key = {'authorization': os.environ['APIYI_API_KEY']}\n"
        "u.build_opener(u.ProxyHandler({})).open(u.Request(url, headers=key))\n"
        "threading.Event().wait()\n"
    )
    command = (sys.executable, "-c", program)
    line = refused(campaign("", "--deadline", "3s", command=command))
    assert "did not end within 3 s" in line
