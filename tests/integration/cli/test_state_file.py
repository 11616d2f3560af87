"""`serve --state FILE`: tasks outlive the server, and a bad file is one clear line."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import build
from mockserver.settings import load_settings
from tests.support.patience import next_line
from tests.support.receiver import Receiver
from tests.support.replicas import replicas
from tests.support.state_file import records

VIDEO = {"model": "veo-3.1", "prompt": "画小猫"}


def test_tasks_money_and_time_survive_a_restart(tmp_path: Path, key: str) -> None:
    file = tmp_path / "state.json"
    options = ("--state", str(file), "--clock", "manual", "--speed", "1")
    with replicas(1, *options) as (server,), server.client(key) as client:
        task = client.post("/apiyi/v1/videos", json=VIDEO).json()
        client.post("/_mock/v1/sandboxes/current/clock/advance", json={"by": "1h"})
        before = client.get("/_mock/v1/sandboxes/current/clock").json()["now_ms"]
    with replicas(1, *options) as (server,), server.client(key) as client:
        found = client.get(f"/apiyi/v1/videos/{task['id']}").json()
        assert (found["id"], found["status"]) == (task["id"], "completed")
        assert client.get("/_mock/v1/sandboxes/current/clock").json()["now_ms"] == before
        second = client.post("/apiyi/v1/videos", json=VIDEO).json()
        assert second["id"] != task["id"]


def test_a_callback_that_was_due_while_the_server_was_down_is_delivered(
    tmp_path: Path, key: str
) -> None:
    receiver = Receiver()
    options = ("--state", str(tmp_path / "state.json"), "--speed", "20")
    body = {"prompt": "a cat", "callBackUrl": receiver.url}
    try:
        with replicas(1, *options) as (server,), server.client(key) as client:
            made = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
        with replicas(1, *options):
            receiver.wait_for(1)
        assert receiver.received[0]["data"]["taskId"] == made
    finally:
        receiver.close()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("not json", "a document that Reelmock wrote"),
        (json.dumps({"schema": 99}), "schema: 99"),
    ],
)
def test_a_file_that_is_no_state_is_refused_in_one_line(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "state.json"
    file.write_text(text, "utf-8")
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--state", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert file.read_text("utf-8") == text


def test_a_state_that_cannot_be_kept_at_the_end_is_one_line_and_exit_2(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    options = ["--port", "0", "--json", "--state", str(folder / "state.json")]
    command = [sys.executable, "-m", "mockserver", "serve", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        control = json.loads(next_line(process))["control_url"]
        shutil.rmtree(folder)
        assert httpx.post(f"{control}/sandboxes", json={}, trust_env=False).status_code == 201
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    lines = set(errors.splitlines())  # a periodic save may have said the same before
    assert len(lines) == 1 and "a file that can be written to" in errors


def test_a_state_that_could_never_be_written_is_refused_at_start(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "state.json"
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--state", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "a file that can be written to" in done.stderr
    assert len(done.stderr.splitlines()) == 1


EARLIER = Path(__file__).parents[3] / "fixtures" / "earlier" / "0.1.0" / "state.json"
EARLIER_KEY = "sk-earlier-0001"
HOME = "/_mock/v1/sandboxes/current"


def test_the_state_of_the_first_version_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(EARLIER.read_bytes())
    with replicas(1, "--state", str(file)) as (server,), server.client(EARLIER_KEY) as client:
        assert client.get(HOME).json()["label"] == "written before"
        tasks = client.get(f"{HOME}/tasks").json()
        tasks = tasks["tasks"] if isinstance(tasks, dict) else tasks
        assert [task["phase"] for task in tasks][:5] == [
            "succeeded",
            "failed",
            "succeeded",
            "succeeded",
            "running",
        ]
        status = client.get(f"/apiyi/v1/videos/{tasks[0]['id']}")
        assert status.json()["status"] == "completed"  # the rule that was spent strikes no more
        spent, idle = client.get(f"{HOME}/faults").json()["rules"]
        assert (spent["state"], spent["applied"]) == ("spent", 1)
        assert (idle["state"], idle["applied"]) == ("active", 0)
        refused = client.post("/kie/api/v1/veo/generate", json={"prompt": "one more"}).json()
        assert refused["code"] == 429  # the quota stays used up
    assert len(records(file, "task")) == len(tasks)
    assert file.with_name("state.json.before").read_bytes() == EARLIER.read_bytes()


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("sandbox", "rules", 0, "fault"), "of_a_plugin", "sandbox.rules[0].fault: 'of_a_plugin'"),
        (("sandbox", "scenario"), {"name": "nonesuch"}, "sandbox.scenario.name: 'nonesuch'"),
        (("tasks", 0, "provider"), "a_fourth", "tasks[0].provider: 'a_fourth'"),
    ],
)
def test_a_state_with_a_name_that_nobody_here_knows_is_refused_in_one_line(
    tmp_path: Path, path: tuple[str | int, ...], value: Any, complaint: str
) -> None:
    document = json.loads(EARLIER.read_bytes())
    (place,) = document["sandboxes"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file = tmp_path / "state.json"
    file.write_text(json.dumps(document), "utf-8")
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--state", str(file)]
    before = file.read_bytes()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert file.read_bytes() == before, "what is refused is not converted"
    assert not file.with_name("state.json.before").exists()


def test_sandboxes_that_come_from_the_file_count_among_those_that_there_may_be(
    tmp_path: Path,
) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(EARLIER.read_bytes())
    messages: list[str] = []

    async def scenario() -> set[str]:
        app = build(load_settings({"port": 0, "state": str(file)}, {}), "http://127.0.0.1:1")
        over = asyncio.Event()

        async def receive() -> dict[str, str]:
            if not messages:
                return {"type": "lifespan.startup"}
            await over.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            messages.append(message["type"])

        server = asyncio.ensure_future(app.asgi({"type": "lifespan"}, receive, send))
        while not messages:
            await asyncio.wait([server], timeout=0.01)
        used = set(app.core.sandboxes.last_used_real_ms)
        assert used == set(await app.core.store.sandbox_ids())
        over.set()
        await server
        return used

    assert len(asyncio.run(scenario())) == 1
    assert messages == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
