"""Ctrl-C ends a campaign at once, and every command that it had started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).with_name("client.py")
SHELL = 'if [ "$REELMOCK_CASE" != "no fault" ]; then echo $$ > "$1"; fi; shift; exec "$@"'


def test_an_interrupted_campaign_leaves_nothing_behind(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    client = [sys.executable, str(CLIENT), "endless", "{tmp}/video.mp4"]
    words = ["campaign", "--only", "stall@job", "--", "sh", "-c", SHELL, "sh", str(started)]
    command = [sys.executable, "-m", "mockserver", *words, *client]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as campaign:
        child = int(started.read_text())  # waits until the case runs
        campaign.send_signal(signal.SIGINT)
        campaign.communicate(timeout=30)
    assert campaign.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
