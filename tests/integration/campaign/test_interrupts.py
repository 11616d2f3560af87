"""Who ends a campaign ends every command that it has started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.cli.terminal.signals import ENDING

CLIENT = Path(__file__).with_name("client.py")
SHELL = 'if [ "$REELMOCK_CASE" != "no fault" ]; then echo $$ > "$1"; fi; shift; exec "$@"'


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
