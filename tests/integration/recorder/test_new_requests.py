"""A replay that records what is new: the tape's jobs are replayed, others go to the provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.domain.input.errors import BadInput
from mockserver.proxy import Taping, recorder_beside
from mockserver.recorder.replay import plugins_of_tape
from mockserver.recorder.tape import read_tape
from tests.integration.recorder.conftest import Record, Replay
from tests.support.receiver import Receiver
from tests.support.serving import client_of, settings
from tests.support.tapes import CREATE, call, created, told, written

ID = "task_01KA000000000000000000000A"
CAT = {"model": "veo3.1-fast", "prompt": "a cat"}
DOG = CAT | {"prompt": "a dog [mock:instant]"}
Both = Callable[..., Running]


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """One job of a cat, as another tool taped it, and the balance."""
    entries = [created(0, ID, "a cat"), told(9, ID, status="completed", taped="yes")]
    entries.append(call(10, "GET", "/v1/balance", {"taped": "yes"}))
    path = written(tmp_path / "job.har", entries)
    document = json.loads(path.read_bytes())
    document["log"]["creator"] = {"name": "Another", "version": "7"}
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.fixture
def both(server: Running) -> Iterator[Both]:
    """Replays tapes, with a recorder beside them before the mock of the run."""
    with ExitStack() as running:

        def start(
            path: Path, upstream: str = f"{server.base_url}/xcompute", **asked: Any
        ) -> Running:
            options = settings(clock="manual")
            taping = Taping(asked.pop("provider", ""), path, upstream, **asked)
            around = recorder_beside(taping, options)
            served = Running(options, plugins=plugins_of_tape((), path), around=around)
            running.callback(served.stop)
            return served

        yield start


def test_what_is_new_is_recorded_and_then_replayed(
    tape: Path, both: Both, replay: Replay, server: Running, key: str
) -> None:
    served = both(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        replayed = client.post(f"/xcompute{CREATE}", json=CAT).json()["data"][0]["task_id"]
        new = client.post(f"/xcompute{CREATE}", json=DOG).json()["data"][0]["task_id"]
        done = client.get(f"/xcompute/v1/tasks/{new}").json()["data"]
        assert (done["id"], done["status"]) == (new, "completed")
        control.advance("9s")
        assert client.get(f"/xcompute/v1/tasks/{replayed}").json()["data"]["taped"] == "yes"
        assert client.get("/xcompute/v1/balance").json() == {"taped": "yes"}
        with Control(server.base_url, key=key) as upstream:
            assert [task.id for task in upstream.tasks()] == [new]
    served.stop()
    assert json.loads(tape.read_bytes())["log"]["creator"]["name"] == "Another"
    assert key not in tape.read_text("utf-8")
    assert tape.stat().st_mode & 0o777 == 0o600
    calls = [entry for entry in read_tape(tape) if entry.kind == "call"]
    assert [one.method for one in calls] == ["POST", "GET", "GET", "POST", "GET"]
    with client_of(replay(tape), key) as client:
        again = client.post(f"/xcompute{CREATE}", json=DOG).json()["data"][0]["task_id"]
        assert again != new
        assert client.get(f"/xcompute/v1/tasks/{again}").json()["data"]["status"] == "completed"


def test_a_callback_of_a_new_job_comes_through_the_replay(
    server: Running, key: str, record: Record, both: Both
) -> None:
    taped, receiver = record("kie", f"{server.base_url}/kie"), Receiver()
    taped.client(key).get("/api/v1/chat/credit")
    taped.end()
    served = both(taped.path, f"{server.base_url}/kie")
    job = {"model": "veo3_fast", "prompt": "a cat", "callBackUrl": receiver.url}
    try:
        with client_of(served, key) as client, Control(server.base_url, key=key) as control:
            made = client.post("/kie/api/v1/veo/generate", json=job).json()["data"]["taskId"]
            control.advance("5m")
            receiver.wait_for(1)
    finally:
        receiver.close()
    served.stop()
    assert receiver.received[0]["data"]["taskId"] == made
    assert [e.kind for e in read_tape(taped.path)].count("callback") == 1


def test_a_new_job_above_the_budget_is_refused_and_nothing_is_lost(
    tape: Path, both: Both, key: str
) -> None:
    served = both(tape, budget=0.01)
    with client_of(served, key) as client:
        refused = client.post(f"/xcompute{CREATE}", json=DOG)
        assert "budget: this call costs" in refused.headers["x-mock-reason"]
        assert client.post(f"/xcompute{CREATE}", json=CAT).status_code == 200
    served.stop()
    assert len(read_tape(tape)) == 3


def test_a_provider_that_is_not_on_the_tape_must_be_named(tape: Path, both: Both) -> None:
    with pytest.raises(BadInput, match="'nobody' is not valid, expected --provider NAME"):
        both(tape, provider="nobody")
    assert len(read_tape(tape)) == 3
