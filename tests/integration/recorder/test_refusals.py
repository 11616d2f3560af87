"""What the provider refused on the tape is refused again, in its words; what broke off is no reply."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.domain.input.errors import BadInput
from mockserver.recorder.replay import plugins_of_tape
from mockserver.recorder.tape import read_tape
from tests.integration.recorder.conftest import Record, Replay
from tests.support.serving import client_of
from tests.support.tapes import CREATE, call, created, told, written

ID = "task_01KA000000000000000000000A"
DOG = {"model": "veo3.1-fast", "prompt": "a dog"}
UNKNOWN = {"model": "veo9", "prompt": "a cat"}
CHAT = {"model": "veo-3.1", "messages": [{"role": "user", "content": "a cat"}]}


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A job, and two creations that were refused; the second names a model that nobody here knows."""
    entries = [created(0, ID, "a cat"), told(9, ID, status="completed")]
    for after_s, sent in ((10, DOG), (20, UNKNOWN)):
        refused = call(after_s, "POST", CREATE, {"error": f"not at {after_s}"}, sent)
        refused["response"]["status"] = 451
        entries.append(refused)
    return written(tmp_path / "job.har", entries)


@pytest.mark.parametrize(("sent", "after_s"), [(DOG, 10), (UNKNOWN, 20)])
def test_a_refusal_is_replayed_in_the_providers_own_words(
    tape: Path, replay: Replay, key: str, sent: dict[str, str], after_s: int
) -> None:
    with client_of(replay(tape), key) as client:
        reply = client.post(f"/xcompute{CREATE}", json=sent)
        assert (reply.status_code, reply.json()) == (451, {"error": f"not at {after_s}"})
        assert "the tape has it refused" in reply.headers["x-mock-reason"]
        other = client.post(f"/xcompute{CREATE}", json=sent | {"prompt": "a fox"})
        assert other.status_code != 451


def test_a_poll_that_broke_off_is_not_replayed(tape: Path, replay: Replay, key: str) -> None:
    document = json.loads(tape.read_bytes())
    last = json.loads(json.dumps(document["log"]["entries"][1]))
    last["startedDateTime"] = "2026-11-01T00:00:09.500+00:00"
    last["response"]["content"]["text"] = '{"code":200,"da'
    last["_reelmock"] = {"ended": "upstream broke off"}
    document["log"]["entries"].append(last)
    tape.write_text(json.dumps(document), "utf-8")
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        job = {"model": "veo3.1-fast", "prompt": "a cat"}
        made = client.post(f"/xcompute{CREATE}", json=job).json()["data"][0]["task_id"]
        control.advance("1m")
        assert client.get(f"/xcompute/v1/tasks/{made}").json()["data"]["status"] == "completed"


def test_a_tape_of_a_client_that_left_holds_no_job(
    server: Running, key: str, record: Record
) -> None:
    taped = record("apiyi", f"{server.base_url}/apiyi")
    stream = taped.client(key).stream("POST", "/v1/chat/completions", json=CHAT | {"stream": True})
    with stream as reply:
        assert b"assistant" in next(reply.iter_raw())
    assert [entry["_reelmock"]["ended"] for entry in taped.entries()] == ["client left"]
    assert len(read_tape(taped.path)) == 1
    with pytest.raises(BadInput, match="a call that"):
        plugins_of_tape((), taped.path)


def test_an_answer_that_is_the_job_itself_gets_an_id_of_the_same_look(
    server: Running, key: str, record: Record, replay: Replay
) -> None:
    taped = record("apiyi", f"{server.base_url}/apiyi")
    chat = CHAT | {"messages": [{"role": "user", "content": "a cat [mock:instant]"}]}
    was = taped.client(key).post("/v1/chat/completions", json=chat).json()["id"]
    taped.end()
    with client_of(replay(taped.path), key) as client:
        now = client.post("/apiyi/v1/chat/completions", json=chat).json()["id"]
    assert now != was
    assert now.partition("-")[0] == was.partition("-")[0]
