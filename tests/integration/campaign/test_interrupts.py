"""Who ends a campaign ends every command that it has started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mockserver.cli.terminal.signals import ENDING

CLIENT = Path(__file__).with_name("client.py")
SHELL = 'if [ "$REELMOCK_CASE" != "no fault" ]; then echo $$ > "$1"; fi; shift; exec "$@"'


@pytest.mark.usefixtures("hears_hang_up")
@pytest.mark.parametrize("number", ENDING)
def test_an_interrupted_campaign_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    client = [sys.executable, str(CLIENT), "endless", "{tmp}/video.mp4"]
    words = ["campaign", "--only", "stall@job", "--", "sh", "-c", SHELL, "sh", str(started)]
    command = [sys.executable, "-m", "mockserver", *words, *client]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as campaign:
        child = int(started.read_text())  # waits until the case runs
        campaign.send_signal(number)
        campaign.communicate(timeout=30)
    assert campaign.returncode == 128 + number
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert list(temporary.iterdir()) == []


def test_an_interrupted_campaign_tells_what_has_run(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    reports = ["--json", str(tmp_path / "c.json"), "--junit", str(tmp_path / "c.xml")]
    cases = ["--jobs", "1", "--only", "http_error@create,stall@job,http_error@poll"]
    shell = SHELL.replace('!= "no fault"', '= "stall@job"')
    client = [sys.executable, str(CLIENT), "endless", "{tmp}/video.mp4"]
    words = ["campaign", *reports, *cases, "--", "sh", "-c", shell, "sh", str(started), *client]
    command = [sys.executable, "-m", "mockserver", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as campaign:
        started.read_text()  # waits until the second case runs
        campaign.send_signal(signal.SIGINT)
        out, err = campaign.communicate(timeout=30)
    assert campaign.returncode == 128 + signal.SIGINT
    assert b"http_error" in out
    assert b"    2 not run: broken off before" in out
    assert b"Traceback" not in err
    written = json.loads((tmp_path / "c.json").read_text())
    assert [case["name"] for case in written["outcomes"]] == ["http_error@create"]
    assert written["not_run"] == ["stall@job", "http_error@poll"]
    suite = ElementTree.parse(tmp_path / "c.xml").getroot()
    assert suite.get("tests") == "3"
    assert [case.get("name") for case in suite if case.find("skipped") is not None] == [
        "stall@job",
        "http_error@poll",
    ]
