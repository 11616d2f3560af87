"""The state file belongs to one server and one user, and is whole or not there."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.support.replicas import replicas

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
SMALL_BYTES = 4096


def serve(*options: str) -> list[str]:
    return [sys.executable, "-m", "mockserver", "serve", "--port", "0", *options]


def test_a_second_server_on_the_same_file_is_refused_in_one_line(tmp_path: Path, key: str) -> None:
    file = tmp_path / "state.json"
    with replicas(1, "--state", str(file)) as (first,), first.client(key) as client:
        second = subprocess.run(
            serve("--state", str(file)), capture_output=True, text=True, check=False, timeout=30
        )
        assert second.returncode == 2
        assert "a file that no other server keeps its state in" in second.stderr
        assert len(second.stderr.splitlines()) == 1
        task = client.post("/apiyi/v1/videos", json=VIDEO).json()["id"]
    assert [t["id"] for t in json.loads(file.read_bytes())["sandboxes"][0]["tasks"]] == [task]


@pytest.mark.parametrize("brutally", [False, True])
def test_a_file_is_free_again_once_its_server_has_ended(tmp_path: Path, brutally: bool) -> None:
    file = tmp_path / "state.json"
    for _ in range(2):
        with replicas(1, "--state", str(file)) as (server,):
            server.end(brutally=brutally)


def test_another_file_in_the_same_folder_is_free(tmp_path: Path) -> None:
    with (
        replicas(1, "--state", str(tmp_path / "a.json")),
        replicas(1, "--state", str(tmp_path / "b.json")),
    ):
        pass
    assert (tmp_path / "a.json").exists() and (tmp_path / "b.json").exists()


def test_nobody_else_can_read_the_state(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text('{"schema": 2}')
    file.chmod(0o644)
    before = os.umask(0)
    try:
        with replicas(1, "--state", str(file)) as (server,), server.client("sk-x") as client:
            client.post("/apiyi/v1/videos", json=VIDEO)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["state.json"] == 0o600
    assert set(modes.values()) == {0o600}


def test_a_disk_that_is_full_leaves_the_old_state_and_no_part_of_a_new_one(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with replicas(1, "--state", str(file)):
        pass
    before = file.read_bytes()
    full = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (SMALL_BYTES, SMALL_BYTES))
    process = subprocess.Popen(
        serve("--json", "--state", str(file)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=full,
    )
    with process:
        assert process.stdout is not None
        base_url = json.loads(process.stdout.readline())["base_url"]

        long = VIDEO | {"prompt": "x" * SMALL_BYTES}
        sent = httpx.post(
            f"{base_url}/apiyi/v1/videos",
            json=long,
            headers={"authorization": "Bearer sk-x"},
            trust_env=False,
        )
        assert sent.status_code == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "File too large" in errors
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []
