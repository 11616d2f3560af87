"""What goes through a recorder is the same as without it, and stands on the tape."""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.verifier.main import Options, run
from mockserver.app import Running
from mockserver.control import Control
from tests.integration.recorder.conftest import Record, Taped
from tests.support.receiver import Receiver

CAT = {"model": "veo3_fast", "prompt": "a cat"}
CREATE, POLL = "/api/v1/veo/generate", "/api/v1/veo/record-info"
CHAT = {
    "model": "veo-3.1",
    "messages": [{"role": "user", "content": "a cat"}],
    "stream": True,
}


@pytest.fixture
def control(server: Running, key: str) -> Any:
    with Control(server.base_url, key=key) as control:
        yield control


def job_of(client: httpx.Client, control: Control, **fields: Any) -> str:
    """A Kie job from its creation to its end."""
    created = client.post(CREATE, json=CAT | fields).json()
    task_id = str(created["data"]["taskId"])
    assert client.get(POLL, params={"taskId": task_id}).json()["data"]["successFlag"] == 0
    control.advance("5m")
    assert client.get(POLL, params={"taskId": task_id}).json()["data"]["successFlag"] == 1
    return task_id


def calls(taped: Taped) -> list[dict[str, Any]]:
    return [entry for entry in taped.entries() if entry["_reelmock"]["kind"] == "call"]


def test_a_job_goes_through_and_its_tape_conforms(
    server: Running, key: str, control: Control, record: Record
) -> None:
    taped = record("kie", f"{server.base_url}/kie")
    task_id = job_of(taped.client(key), control)
    entries = calls(taped)
    assert [e["_reelmock"]["operation"] for e in entries] == ["generate"] + ["record_info"] * 2
    assert all(task_id in e["response"]["content"]["text"] for e in entries)
    assert all(e["_reelmock"]["ended"] == "whole" for e in entries)
    said: list[str] = []
    assert run(Options("kie", har=taped.path, write=said.append)) == 0, said
    assert "3 of " in said[0]


def test_a_reply_through_the_recorder_is_the_reply_without_it(
    server: Running, key: str, record: Record
) -> None:
    taped = record("kie", f"{server.base_url}/kie")
    headers = {"authorization": f"Bearer {key}"}
    for path in (POLL, f"{POLL}?taskId=x", "/api/v1/chat/credit", "/nowhere"):
        direct = httpx.get(f"{server.base_url}/kie{path}", headers=headers, trust_env=False)
        through = taped.client(key).get(path)
        assert (through.status_code, through.content) == (direct.status_code, direct.content)
        assert dict(through.headers) == dict(direct.headers)
    assert taped.client(key).get(f"/kie{POLL}").json() == taped.client(key).get(POLL).json()


def test_each_piece_of_a_stream_passes_before_the_next_one_is_due(
    server: Running, key: str, control: Control, record: Record
) -> None:
    taped = record("apiyi", f"{server.base_url}/apiyi")
    with taped.client(key).stream("POST", "/v1/chat/completions", json=CHAT) as reply:
        pieces = reply.iter_raw()
        first = next(pieces)  # the clock stands: nothing more is due
        assert b"assistant" in first
        control.advance("10m")
        whole = first + b"".join(pieces)
    [entry] = calls(taped)
    assert entry["response"]["content"]["text"].encode() == whole
    cuts = entry["_reelmock"]["pieces"]
    assert len(cuts) > 1
    assert cuts[0][1] >= len(first)
    assert cuts[-1][1] == len(whole)
    assert all(a[0] <= b[0] and a[1] < b[1] for a, b in pairwise(cuts))


def test_a_client_that_leaves_leaves_a_whole_tape_that_says_so(
    server: Running, key: str, record: Record
) -> None:
    taped = record("apiyi", f"{server.base_url}/apiyi")
    with taped.client(key).stream("POST", "/v1/chat/completions", json=CHAT) as reply:
        assert b"assistant" in next(reply.iter_raw())
    [entry] = calls(taped)
    assert entry["_reelmock"]["ended"] == "client left"
    assert "assistant" in entry["response"]["content"]["text"]


def test_a_recorder_that_is_ended_says_of_what_was_under_way(
    server: Running, key: str, record: Record
) -> None:
    taped = record("apiyi", f"{server.base_url}/apiyi")
    with taped.client(key).stream("POST", "/v1/chat/completions", json=CHAT) as reply:
        pieces = reply.iter_raw()  # kept: a stream whose pieces nobody wants is closed
        assert b"assistant" in next(pieces)
        [entry] = calls(taped)
    assert entry["_reelmock"]["ended"] == "recorder ended"


def test_a_callback_comes_through_the_recorder_and_stands_on_the_tape(
    server: Running, key: str, control: Control, record: Record
) -> None:
    taped, receiver = record("kie", f"{server.base_url}/kie"), Receiver()
    try:
        task_id = job_of(taped.client(key), control, callBackUrl=receiver.url)
        receiver.wait_for(1)
    finally:
        receiver.close()
    assert receiver.received[0]["data"]["taskId"] == task_id
    [delivery] = control.callbacks()
    assert delivery.url.startswith(taped.base_url)  # it was the recorder that was called
    [callback] = [e for e in taped.entries() if e["_reelmock"]["kind"] == "callback"]
    assert callback["request"]["url"] == receiver.url
    assert json.loads(callback["request"]["postData"]["text"]) == receiver.received[0]
    assert callback["response"]["status"] == 200
    [created, *_] = calls(taped)
    assert json.loads(created["request"]["postData"]["text"])["callBackUrl"] == receiver.url


def test_what_the_receiver_of_a_callback_answers_goes_back_to_the_provider(
    server: Running, key: str, control: Control, record: Record
) -> None:
    taped, receiver = record("kie", f"{server.base_url}/kie"), Receiver(lambda body: 503)
    try:
        job_of(taped.client(key), control, callBackUrl=receiver.url)
        receiver.wait_for(1)
    finally:
        receiver.close()
    [delivery] = control.callbacks()
    assert delivery.attempts[0]["status"] == 503


def test_a_video_is_taped_by_its_hash_and_size(
    server: Running, key: str, control: Control, record: Record
) -> None:
    taped = record("kie", f"{server.base_url}/kie")
    task_id = job_of(taped.client(key), control)
    [media] = [e for e in taped.entries() if e["_reelmock"]["kind"] == "media"]
    [file] = control.task(task_id).files
    assert media["_reelmock"]["media"] == {
        "size_bytes": file["size_bytes"],
        "sha256": file["sha256"],
    }
    assert "text" not in media["response"]["content"]


def test_a_video_is_kept_whole_where_that_is_asked_for(
    server: Running, key: str, control: Control, record: Record
) -> None:
    taped = record("kie", f"{server.base_url}/kie", media_bytes=50_000_000)
    job_of(taped.client(key), control)
    [media] = [e for e in taped.entries() if e["_reelmock"]["kind"] == "media"]
    content = base64.b64decode(media["response"]["content"]["text"])
    assert hashlib.sha256(content).hexdigest() == media["_reelmock"]["media"]["sha256"]


def test_an_upload_is_taped_by_its_hash_and_size(server: Running, key: str, record: Record) -> None:
    taped = record("xcompute", f"{server.base_url}/xcompute")
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    sent = taped.client(key).post(
        "/v1/uploads/images", files={"file": ("cat.png", picture, "image/png")}
    )
    assert sent.status_code == 200
    [entry] = calls(taped)
    assert entry["_reelmock"]["upload"]["size_bytes"] == int(sent.request.headers["content-length"])
    assert entry["request"]["postData"]["text"] == ""


def test_a_tape_can_be_read_while_it_is_made(server: Running, key: str, record: Record) -> None:
    taped = record("kie", f"{server.base_url}/kie")
    assert taped.log()["entries"] == []
    for count in (1, 2, 3):
        taped.client(key).get(POLL, params={"taskId": "x"})
        # The next call is answered after the tape has the one before it.
        assert len(taped.log()["entries"]) >= count - 1
    assert len(taped.entries()) == 3


def test_the_tape_is_readable_by_its_user_only(
    server: Running, record: Record, tmp_path: Path
) -> None:
    taped = record("kie", f"{server.base_url}/kie")
    assert taped.path.stat().st_mode & 0o777 == 0o600
