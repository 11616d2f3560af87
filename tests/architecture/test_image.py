"""The Dockerfile, without Docker: what it copies exists, what it runs works in a clean place."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from mockserver.app import Running
from mockserver.settings import load_settings
from tests.architecture.repository import ROOT
from tests.support.patience import PATIENCE_S, next_line

TEXT = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
BUILD = LINES[: max(i for i, line in enumerate(LINES) if line.startswith("FROM"))]


def copied() -> list[str]:
    """What the build stage takes from the repository."""
    return [w for line in BUILD if line.startswith("COPY") for w in line.split()[1:-1]]


def test_everything_that_is_copied_exists_and_is_let_in() -> None:
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied()
    for path in copied():
        assert (ROOT / path).exists(), path
        assert path in let_in, path


def test_it_runs_as_nobody_in_particular_and_watches_its_health() -> None:
    final = LINES[len(BUILD) :]
    [start] = [line for line in final if line.startswith("CMD")]
    assert final.index("USER reelmock") < final.index(start)
    [health] = [line for line in final if line.startswith("HEALTHCHECK")]
    assert "/_mock/v1/health" in health


@pytest.mark.parametrize("is_up", [True, False])
def test_the_health_check_needs_no_token_and_takes_no_proxy(is_up: bool) -> None:
    [health] = [line for line in LINES if line.startswith("HEALTHCHECK")]
    words = json.loads(health[health.index("[") :])
    assert words[0] == "python"
    running = Running(load_settings({"port": 0, "admin_token": "a-token-of-16-characters"}, {}))
    if not is_up:
        running.stop()
    own = {"http://127.0.0.1:8080": running.base_url, "timeout=2": f"timeout={PATIENCE_S}"}
    command = words[1:]
    for shown, ours in own.items():
        command = [word.replace(shown, ours) for word in command]
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    kept = {k: v for k, v in os.environ.items() if k.lower() != "no_proxy"}
    done = subprocess.run(
        [sys.executable, *command], env=kept | proxy, capture_output=True, timeout=60, check=False
    )
    if is_up:
        running.stop()
    assert (done.returncode == 0) is is_up, done.stderr


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="installs from scratch: CI=true only")
@pytest.mark.timeout(400)
def test_install_and_start_commands_work_in_a_clean_environment(tmp_path: Path) -> None:
    context, target = tmp_path / "src", tmp_path / "opt"
    context.mkdir()
    for path in copied():
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, context / path)
        else:
            shutil.copy(ROOT / path, context / path)
    for line in BUILD:
        if line.startswith("RUN"):
            command = line.removeprefix("RUN ").replace("/opt/reelmock", str(target))
            if command.startswith("python "):
                command = sys.executable + command.removeprefix("python")
            subprocess.run(
                command, shell=True, cwd=context, check=True, capture_output=True, timeout=300
            )
    [start] = [line.removeprefix("CMD ") for line in LINES if line.startswith("CMD")]
    start_words = [word if word != "8080" else "0" for word in json.loads(start)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REELMOCK_", "PYTHON"))}
    with subprocess.Popen(
        [target / "bin" / start_words[0], *start_words[1:], "--json"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=kept,
    ) as server:
        address = json.loads(next_line(server))
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"{address['control_url']}/health") as reply:
            assert reply.status == 200
        assert address["admin_token"]
        server.terminate()
    assert server.returncode == 0
