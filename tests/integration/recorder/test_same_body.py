"""Jobs of one tape that were asked for in the same way take turns, in the order of the tape."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from mockserver.control import Control
from tests.integration.recorder.conftest import Replay
from tests.support.serving import client_of
from tests.support.tapes import CREATE, created, told, written

# By the last sign of its id: what was asked for, and how many seconds it took.
TAPED = {"A": ("a cat", 30), "B": ("a dog", 10), "C": ("a cat", 50)}


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    entries = []
    for number, (name, (prompt, span_s)) in enumerate(TAPED.items()):
        task_id, begin_s = f"task_01KA000000000000000000000{name}", number * 100
        entries.append(created(begin_s, task_id, prompt))
        entries.append(told(begin_s + 1, task_id, status="processing", taped=name))
        entries.append(told(begin_s + span_s, task_id, status="completed", taped=name))
    return written(tmp_path / "job.har", entries)


def make(client: httpx.Client, prompt: str) -> str:
    job = {"model": "veo3.1-fast", "prompt": prompt}
    return str(client.post(f"/xcompute{CREATE}", json=job).json()["data"][0]["task_id"])


def taped_as(client: httpx.Client, task_id: str) -> tuple[str, str]:
    data = client.get(f"/xcompute/v1/tasks/{task_id}").json()["data"]
    return data["taped"], data["status"]


def test_jobs_with_one_body_take_turns_and_then_begin_anew(
    tape: Path, replay: Replay, key: str
) -> None:
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        ids = [make(client, prompt) for prompt in ("a cat", "a dog", "a cat", "a cat")]
        assert len(set(ids)) == 4
        control.advance("30s")
        told = [taped_as(client, task_id) for task_id in ids]
    done = "completed"
    assert told == [("A", done), ("B", done), ("C", "processing"), ("A", done)]


def test_a_refused_creation_takes_nobodys_turn(tape: Path, replay: Replay, key: str) -> None:
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        control.add_fault({"fault": "http_error", "when": {"call_phase": "create"}, "times": 1})
        job = {"model": "veo3.1-fast", "prompt": "a cat"}
        assert client.post(f"/xcompute{CREATE}", json=job).status_code >= 500
        assert taped_as(client, make(client, "a cat"))[0] == "A"
