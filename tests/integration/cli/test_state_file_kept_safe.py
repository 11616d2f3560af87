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

from tests.support.patience import next_line
from tests.support.replicas import replicas
from tests.support.state_file import records, wait_for

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
ROOM_BYTES = 128 * 1024


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
    assert [kept["id"] for kept in records(file, "task")] == [task]


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
            wait_for(file, client.post("/apiyi/v1/videos", json=VIDEO).json()["id"])
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    names = ("state.json", "state.json-wal", "state.json.before", "state.json.lock")
    assert modes == dict.fromkeys(names, 0o600)


def test_a_disk_that_is_full_is_one_line_and_leaves_what_was_written_before(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    room = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (ROOM_BYTES, ROOM_BYTES))
    process = subprocess.Popen(
        serve("--json", "--state", str(file)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=room,
    )
    with process:
        base_url = json.loads(next_line(process))["base_url"]
        own = {"authorization": "Bearer sk-x"}
        with httpx.Client(base_url=base_url, headers=own, trust_env=False) as client:
            first = client.post("/apiyi/v1/videos", json=VIDEO).json()["id"]
            wait_for(file, first)
            for _ in range(4):
                long = VIDEO | {"prompt": "x" * (ROOM_BYTES // 4)}
                assert client.post("/apiyi/v1/videos", json=long).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    (line,) = set(errors.splitlines())  # either: a save before the last may have said the same
    assert "expected a file that can be written to (disk I/O error)" in line
    assert [kept["id"] for kept in records(file, "task")] == [first]
