"""The README's first minutes, step by step as somebody pastes them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.cli.demo_steps.film import examine
from mockserver.settings import Settings
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
FIRST = "develop without network, key or cost"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def minute(heading: str) -> list[str]:
    """The blocks that somebody types in one of the three first minutes."""
    _, found, rest = README.read_text("utf-8").partition(f"## 60 seconds: {heading}\n")
    assert found, heading
    return BLOCK.findall(rest.partition("\n## ")[0])


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


@pytest.fixture
def own_server() -> Iterator[Running]:
    """A server of its own: the page names its key."""
    server = Running(Settings(port=0))
    yield server
    server.stop()


def test_the_first_minute_ends_with_a_video(own_server: Running, tmp_path: Path) -> None:
    serves, submits, fetches, _runs = minute(FIRST)
    assert serves == "reelmock serve\n"
    done = pasted(own_server, tmp_path, submits, fetches)
    assert done.returncode == 0, done.stderr
    assert examine(tmp_path / "cat.mp4").problem == ""


def test_the_second_minute_ends_with_a_test_and_a_host_that_conform(
    own_server: Running, tmp_path: Path
) -> None:
    (checks,) = minute("check a contract in CI")
    installs, _, others = checks.partition("\n")
    assert installs.startswith("pip install ")
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "tests").symlink_to(ROOT / "tests")
    done = pasted(own_server, clone, others)
    assert done.returncode == 0, done.stderr
    assert "1 passed" in done.stdout
    assert "kie conforms as far as it was checked" in " ".join(done.stdout.split())


def test_the_third_minute_ends_with_a_table_of_verdicts(
    own_server: Running, tmp_path: Path
) -> None:
    campaign, by_hand = minute("see how a client copes")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    done = pasted(own_server, tmp_path, campaign)
    assert done.returncode == 0, done.stdout
    assert "outage@create" in done.stdout
    _, submits, *_ = minute(FIRST)
    named = pasted(own_server, tmp_path, submits, by_hand)
    assert named.returncode == 0, named.stderr  # no errors among the findings
    assert "scenario fail" in named.stdout
    assert "error" in named.stdout.splitlines()[-1]
