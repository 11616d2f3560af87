"""Ctrl-C ends a campaign at once, and every command that it had started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).with_name("client.py")


def test_an_interrupted_campaign_leaves_nothing_behind(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    shell = (
        f'if [ "$REELMOCK_CASE" = "no fault" ]; then exec "$@"; fi; echo $$ > {started}; exec "$@"'
    )
    client = [sys.executable, str(CLIENT), "endless", "{tmp}/video.mp4"]
    campaign = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "campaign", "--only", "stall@job", "--"]
        + ["sh", "-c", shell, "sh", *client],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    child = int(started.read_text())  # waits until the case runs
    campaign.send_signal(signal.SIGINT)
    campaign.communicate(timeout=30)
    assert campaign.returncode == 130
    assert (
        not Path(f"/proc/{child}/cmdline").exists()
        or not Path(f"/proc/{child}/cmdline").read_bytes()
    )
