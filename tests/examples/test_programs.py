"""A program of any language finds the server in its environment."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("reference_client.py")


def test_a_program_makes_its_video(reelmock, tmp_path):
    video = tmp_path / "cat.mp4"
    command = [sys.executable, str(PROGRAM), str(video)]
    subprocess.run(command, env=reelmock.full_env(), check=True, timeout=60)

    assert video.stat().st_size > 10_000
    assert reelmock.spend["kie"] == 250
