"""The README's tour, step by step as somebody pastes it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from mockserver.app import Running
from mockserver.cli.demo_steps.film import examine
from mockserver.settings import Settings
from tests.support.patience import PATIENCE_S

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def tour() -> list[str]:
    """The blocks of the tour: what somebody types beside the server."""
    section = README.read_text("utf-8").partition("## A two-minute tour")[2].partition("\n## ")[0]
    first, *others = BLOCK.findall(section)
    assert first == "reelmock serve\n"
    return others


def pasted(server: Running, folder: Path, *blocks: str) -> subprocess.CompletedProcess[str]:
    """The blocks in one shell that stops at the first command which fails."""
    script = "set -euo pipefail\n" + "".join(blocks)
    return subprocess.run(
        ["bash", "-c", script.replace("http://127.0.0.1:8080", server.base_url)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "REELMOCK_URL": server.base_url,
        },
        timeout=PATIENCE_S,
        check=False,
    )


def test_the_tour_ends_with_a_video_and_what_can_go_wrong(tmp_path: Path) -> None:
    submits, fetches, fails, _runs = tour()
    server = Running(Settings(port=0))  # a server of its own: the tour names its key
    try:
        done = pasted(server, tmp_path, submits, fetches)
        assert done.returncode == 0, done.stderr
        assert examine(tmp_path / "cat.mp4").problem == ""
        named = pasted(server, tmp_path, "export REELMOCK_KEY=sk-me\n", fails)
        assert named.returncode == 0, named.stderr  # no errors among the findings
        assert "scenario fail" in named.stdout
        assert "error" in named.stdout.splitlines()[-1]
    finally:
        server.stop()
