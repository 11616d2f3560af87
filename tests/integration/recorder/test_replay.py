"""A tape serves any number of jobs, by the sandbox's clock, each with its own ids, times and links."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.verifier.main import Options, run
from mockserver.app import Running
from mockserver.control import Control
from mockserver.domain.input.errors import BadInput
from mockserver.recorder.tape import read_tape
from tests.integration.recorder.conftest import Record, Replay
from tests.support.receiver import Receiver
from tests.support.serving import client_of

CREATE, POLL = "/api/v1/veo/generate", "/api/v1/veo/record-info"
CAT = {"model": "veo3_fast", "prompt": "a cat"}
CHAT = {"model": "veo-3.1", "messages": [{"role": "user", "content": "a cat"}], "stream": True}


def paced(path: Path, seconds: list[float]) -> Path:
    """A tape whose entries, in order of time, began so many seconds after the first one."""
    document = json.loads(path.read_bytes())
    entries = sorted(document["log"]["entries"], key=lambda entry: str(entry["startedDateTime"]))
    begin = datetime.fromisoformat(entries[0]["startedDateTime"])
    calls = [entry for entry in entries if entry["_reelmock"]["kind"] != "media"]
    assert len(calls) == len(seconds)
    for entry, after_s in zip(calls, seconds, strict=True):
        entry["startedDateTime"] = (begin + timedelta(seconds=after_s)).isoformat()
    document["log"]["entries"] = entries
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.fixture
def tape(server: Running, key: str, record: Record) -> Path:
    """A Kie job that was queued for a minute, ran for another and succeeded; its video in 1080p."""
    taped = record("kie", f"{server.base_url}/kie")
    client = taped.client(key)
    with Control(server.base_url, key=key) as control:
        task_id = client.post(CREATE, json=CAT).json()["data"]["taskId"]
        for _ in range(2):
            client.get(POLL, params={"taskId": task_id})
        control.advance("5m")
        for _ in range(2):
            assert client.get(POLL, params={"taskId": task_id}).json()["data"]["successFlag"] == 1
        client.get("/api/v1/chat/credit")
    taped.end()
    return paced(taped.path, [0, 10, 60, 120, 150, 160])


def state(client: httpx.Client, task_id: str) -> dict[str, Any]:
    return dict(client.get(f"/kie{POLL}", params={"taskId": task_id}).json()["data"])


def test_a_job_takes_as_long_as_the_taped_one(tape: Path, replay: Replay, key: str) -> None:
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        task_id = client.post(f"/kie{CREATE}", json=CAT).json()["data"]["taskId"]
        assert state(client, task_id)["successFlag"] == 0
        control.advance("119s")
        assert state(client, task_id)["successFlag"] == 0
        control.advance("1s")
        assert state(client, task_id)["successFlag"] == 1


def test_speed_divides_what_the_taped_job_took(tape: Path, replay: Replay, key: str) -> None:
    served = replay(tape, speed=60.0)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        task_id = client.post(f"/kie{CREATE}", json=CAT).json()["data"]["taskId"]
        control.advance("1999ms")
        assert state(client, task_id)["successFlag"] == 0
        control.advance("1ms")
        assert state(client, task_id)["successFlag"] == 1


def test_each_job_has_an_id_times_and_a_video_of_its_own(
    tape: Path, replay: Replay, key: str
) -> None:
    taped_id = read_tape(tape)[0].body
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        ids = [client.post(f"/kie{CREATE}", json=CAT).json()["data"]["taskId"] for _ in range(3)]
        assert len(set(ids)) == 3
        assert all(task_id.encode() not in taped_id for task_id in ids)
        begun_ms = control.clock().now_ms
        control.advance("2m")
        told = [state(client, task_id) for task_id in ids]
        assert [one["taskId"] for one in told] == ids
        assert all(one["response"]["taskId"] == one["taskId"] for one in told)
        assert all(abs(one["createTime"] - begun_ms) < 1000 for one in told)
        links = [one["response"]["resultUrls"][0] for one in told]
        assert len(set(links)) == 3
        assert all(link.startswith(served.base_url) for link in links)
        assert {client.get(link).status_code for link in links} == {200}


def test_everything_but_ids_times_and_links_is_as_it_was_taped(
    tape: Path, replay: Replay, key: str
) -> None:
    document = json.loads(tape.read_bytes())
    for entry in document["log"]["entries"]:
        content = entry["response"]["content"]
        content["text"] = content.get("text", "").replace('"data":{', '"data":{"aNewField":7,', 1)
    tape.write_text(json.dumps(document), "utf-8")
    with client_of(replay(tape), key) as client:
        created = client.post(f"/kie{CREATE}", json=CAT).json()["data"]
        assert created["aNewField"] == 7
        assert state(client, created["taskId"])["aNewField"] == 7


def test_a_tape_that_is_replayed_and_taped_conforms(
    tape: Path, replay: Replay, key: str, record: Record
) -> None:
    served = replay(tape)
    again = record("kie", f"{served.base_url}/kie", "again.har")
    client = again.client(key)
    with Control(served.base_url, key=key) as control:
        task_id = client.post(CREATE, json=CAT).json()["data"]["taskId"]
        client.get(POLL, params={"taskId": task_id})
        control.advance("3m")
        client.get(POLL, params={"taskId": task_id})
    again.end()
    for path in (tape, again.path):
        said: list[str] = []
        assert run(Options("kie", har=path, write=said.append)) == 0, said


def test_a_creation_that_is_not_on_the_tape_says_what_comes_nearest(
    tape: Path, replay: Replay, key: str
) -> None:
    with client_of(replay(tape), key) as client:
        reply = client.post(f"/kie{CREATE}", json=CAT | {"prompt": "a dog"})
        assert reply.json()["code"] != 200
        reason = reply.headers["x-mock-reason"]
        assert "nearest is entry 0 (POST /kie/api/v1/veo/generate, HTTP 200)" in reason
        assert "prompt: got 'a dog', the tape has 'a cat'" in reason
        other = client.post(f"/kie{CREATE}", json=CAT | {"aspectRatio": "9:16"})
        assert "aspectRatio: got" in other.headers["x-mock-reason"]


def test_what_does_not_change_the_video_matches_all_the_same(
    tape: Path, replay: Replay, key: str
) -> None:
    with client_of(replay(tape), key) as client:
        for more in ({"seeds": 12345}, {"callBackUrl": "http://127.0.0.1:9/hook"}):
            assert client.post(f"/kie{CREATE}", json=CAT | more).json()["code"] == 200


def test_a_picture_that_is_signed_anew_is_the_same_picture(
    server: Running, record: Record, replay: Replay, key: str
) -> None:
    def job(picture: str, signature: str) -> dict[str, Any]:
        link = f"https://pictures.example/{picture}.png?X-Amz-Signature={signature}"
        return CAT | {"imageUrls": [link], "generationType": "FIRST_AND_LAST_FRAMES_2_VIDEO"}

    taped = record("kie", f"{server.base_url}/kie")
    assert taped.client(key).post(CREATE, json=job("a", "one")).json()["code"] == 200
    taped.end()
    with client_of(replay(taped.path), key) as client:
        assert client.post(f"/kie{CREATE}", json=job("a", "two")).json()["code"] == 200
        other = client.post(f"/kie{CREATE}", json=job("b", "one"))
        assert "a.png" in other.headers["x-mock-reason"]


def test_a_creation_that_is_not_on_the_tape_can_be_the_mocks(
    tape: Path, replay: Replay, key: str
) -> None:
    served = replay(tape, "mock")
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        made = client.post(f"/kie{CREATE}", json=CAT | {"prompt": "a dog"}).json()
        control.advance("10m")
        assert json.loads(state(client, made["data"]["taskId"])["paramJson"])["prompt"] == "a dog"


def test_a_call_about_no_job_is_read_off_the_tape(tape: Path, replay: Replay, key: str) -> None:
    document = json.loads(tape.read_bytes())
    [credit] = [e for e in document["log"]["entries"] if e["request"]["url"].endswith("/credit")]
    credit["response"]["content"]["text"] = '{"code":200,"msg":"success","data":4711}'
    tape.write_text(json.dumps(document), "utf-8")
    with client_of(replay(tape), key) as client:
        assert client.get("/kie/api/v1/chat/credit").json()["data"] == 4711
        missing = client.post("/kie/api/v1/common/download-url", json={"url": "http://a.example"})
        assert missing.json()["code"] != 200


def test_faults_strike_a_replayed_job_as_any_other(tape: Path, replay: Replay, key: str) -> None:
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        task_id = client.post(f"/kie{CREATE}", json=CAT).json()["data"]["taskId"]
        fault = {"fault": "http_error", "with": {"status": 503, "shape": "html"}}
        control.add_fault(fault | {"when": {"call_phase": "poll"}, "times": 1})
        assert client.get(f"/kie{POLL}", params={"taskId": task_id}).status_code == 503
        assert state(client, task_id)["taskId"] == task_id
        [rule] = control.faults()
        assert rule["struck"] == 1


def test_a_callback_says_what_the_taped_one_said(
    server: Running, key: str, record: Record, replay: Replay
) -> None:
    receiver, again = Receiver(), Receiver()
    try:
        taped = record("kie", f"{server.base_url}/kie")
        job = CAT | {"callBackUrl": receiver.url}
        taped_id = taped.client(key).post(CREATE, json=job).json()["data"]["taskId"]
        with Control(server.base_url, key=key) as control:
            control.advance("5m")
        receiver.wait_for(1)
        taped.end()
        text = taped.path.read_text("utf-8")
        said = "Veo3.1 video generated successfully."
        assert said in text
        taped.path.write_text(text.replace(said, "as it was taped"), "utf-8")
        served = replay(taped.path)
        with client_of(served, key) as client, Control(served.base_url, key=key) as control:
            job = CAT | {"callBackUrl": again.url}
            task_id = client.post(f"/kie{CREATE}", json=job).json()["data"]["taskId"]
            control.advance("5m")
        again.wait_for(1)
    finally:
        receiver.close()
        again.close()
    [body] = again.received
    assert (body["msg"], body["data"]["taskId"]) == ("as it was taped", task_id)
    assert taped_id not in json.dumps(body)


def test_a_stream_comes_piece_by_piece_as_it_was_taped(
    server: Running, key: str, record: Record, replay: Replay
) -> None:
    taped = record("apiyi", f"{server.base_url}/apiyi")
    stream = taped.client(key).stream("POST", "/v1/chat/completions", json=CHAT)
    with Control(server.base_url, key=key) as control, stream as reply:
        pieces = reply.iter_raw()
        first = next(pieces)
        control.advance("10m")
        was = first + b"".join(pieces)
    taped.end()
    document = json.loads(taped.path.read_bytes())
    [entry] = [e for e in document["log"]["entries"] if e["_reelmock"]["kind"] == "call"]
    cuts = entry["_reelmock"]["pieces"]
    entry["time"] = 60_000
    for number, cut in enumerate(cuts):
        cut[0] = number * 1000
    taped.path.write_text(json.dumps(document), "utf-8")
    served = replay(taped.path)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        path = "/apiyi/v1/chat/completions"
        with client.stream("POST", path, json=CHAT) as reply:
            again = reply.iter_raw()
            begun = next(again)  # the clock stands: the second piece is not due
            assert len(begun) < len(was)
            control.advance("2m")
            now = begun + b"".join(again)
        with client.stream("POST", path, json=CHAT) as reply:
            third = reply.iter_raw()
            other = next(third)
    assert now.count(b"data: ") == was.count(b"data: ")
    assert now.endswith(b"data: [DONE]\n\n")
    ids = {text.split(b'"id":"')[1].split(b'"')[0] for text in (was, now, other)}
    assert len(ids) == 3
    assert served.base_url.encode() in now
    assert server.base_url.encode() not in now


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "which is JSON"),
        ("[]", "log.entries"),
        ('{"log":{"version":"9.9","entries":[]}}', "log.version"),
        ('{"log":{"version":"1.2","entries":[{}]}}', r"log\.entries\[0\]"),
        ('{"log":{"version":"1.2","entries":[]}}', "a call that"),
    ],
)
def test_what_is_no_tape_is_named(tmp_path: Path, replay: Replay, text: str, named: str) -> None:
    path = tmp_path / "a.har"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=named):
        replay(path)


def test_a_tape_that_is_not_there_is_named(tmp_path: Path, replay: Replay) -> None:
    with pytest.raises(BadInput, match="a readable file"):
        replay(tmp_path / "none.har")
