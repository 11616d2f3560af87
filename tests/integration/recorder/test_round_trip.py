"""Record from a mock, replay, record that: it conforms, and nothing differs. What is planted is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.drift.main import Options as Compared
from contracts.drift.main import run as compare
from contracts.verifier.main import Options, run
from mockserver.app import Running
from mockserver.control import Control
from mockserver.recorder.replay import plugins_of_tape
from mockserver.recorder.tape import read_tape
from mockserver.web.tls import issue
from tests.integration.recorder.conftest import Record
from tests.support.receiver import Receiver
from tests.support.serving import settings

Drive = Callable[[httpx.Client, Control], None]


def kie(client: httpx.Client, control: Control) -> None:
    job = {"model": "veo3_fast", "prompt": "a cat"}
    asked = {"taskId": client.post("/api/v1/veo/generate", json=job).json()["data"]["taskId"]}
    client.get("/api/v1/veo/record-info", params=asked)
    control.advance("10m")
    client.get("/api/v1/veo/record-info", params=asked)
    client.get("/api/v1/veo/get-1080p-video", params=asked)
    client.get("/api/v1/chat/credit")


def apiyi(client: httpx.Client, control: Control) -> None:
    created = client.post("/v1/videos", json={"model": "veo-3.1", "prompt": "a cat"}).json()
    client.get(f"/v1/videos/{created['id']}")
    control.advance("10m")
    client.get(f"/v1/videos/{created['id']}")
    client.get(f"/v1/videos/{created['id']}/content", headers={"accept": "application/json"})
    client.get("/v1/models")


def xcompute(client: httpx.Client, control: Control) -> None:
    job = {"model": "veo3.1-fast", "prompt": "a cat"}
    created = client.post("/v1/videos/generations", json=job).json()
    task_id = created["data"][0]["task_id"]
    client.get(f"/v1/tasks/{task_id}")
    control.advance("10m")
    client.get(f"/v1/tasks/{task_id}")
    client.get("/v1/balance")


DRIVES: dict[str, Drive] = {"kie": kie, "apiyi": apiyi, "xcompute": xcompute}


def differences(a: Path | str, b: Path, provider: str) -> list[dict[str, Any]]:
    """What the comparison of two sides finds."""
    written: list[str] = []
    complaints: list[str] = []
    reports = (("json", None),)
    compare(
        Compared(
            str(a), str(b), provider, reports=reports, write=written.append,
            complain=complaints.append,
        )
    )  # fmt: skip
    assert not complaints, complaints
    return list(json.loads(written[0])["differences"])


def conforms(path: Path, provider: str) -> None:
    said: list[str] = []
    assert run(Options(provider, har=path, write=said.append, complain=said.append)) == 0, said


@pytest.fixture
def taped(server: Running, key: str, record: Record) -> Callable[[str], Path]:
    """Tapes one job of a provider of the mock."""

    def make(provider: str) -> Path:
        recorder = record(provider, f"{server.base_url}/{provider}")
        with Control(server.base_url, key=key) as control:
            DRIVES[provider](recorder.client(key), control)
        recorder.end()
        return recorder.path

    return make


@pytest.fixture
def again(key: str, record: Record) -> Iterator[Callable[[Path, str], Path]]:
    """Replays a tape, and tapes the replay."""
    running: list[Running] = []

    def make(path: Path, provider: str) -> Path:
        plugins = plugins_of_tape((), path)
        running.append(Running(settings(clock="manual"), plugins=plugins))
        recorder = record(provider, f"{running[0].base_url}/{provider}", "again.har")
        with Control(running[0].base_url, key=key) as control:
            DRIVES[provider](recorder.client(key), control)
        recorder.end()
        return recorder.path

    yield make
    for server in running:
        server.stop()


@pytest.mark.parametrize("provider", DRIVES)
def test_a_replayed_job_conforms_and_differs_in_nothing(
    provider: str, taped: Callable[[str], Path], again: Callable[[Path, str], Path]
) -> None:
    first = taped(provider)
    second = again(first, provider)
    for path in (first, second):
        conforms(path, provider)
        assert differences("contract", path, provider) == []
    assert differences(first, second, provider) == []
    kinds = [
        [(e.method, e.status) for e in read_tape(path) if e.kind == "call"]
        for path in (first, second)
    ]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) >= 4


@pytest.mark.parametrize("provider", DRIVES)
def test_a_field_that_the_provider_adds_shows_through_tape_and_replay(
    provider: str, taped: Callable[[str], Path], again: Callable[[Path, str], Path]
) -> None:
    first = taped(provider)
    document = json.loads(first.read_bytes())
    for entry in document["log"]["entries"]:
        content = entry["response"]["content"]
        if content.get("text", "").startswith("{"):
            content["text"] = '{"aNewField":7,' + content["text"][1:]
    changed = first.with_name("changed.har")
    changed.write_text(json.dumps(document), "utf-8")
    second = again(changed, provider)
    found = differences(first, second, provider)
    assert {(d["kind"], d["severity"], d["pointer"]) for d in found} == {
        ("added", "additive", "/aNewField")
    }
    assert len({d["message"] for d in found}) >= 3


def test_a_job_over_https_is_taped_like_any_other(key: str, record: Record, tmp_path: Path) -> None:
    certificate = issue(tmp_path, ())
    running = Running(settings(tls=True, clock="manual"), certificate)
    recorder = record("kie", f"{running.base_url}/kie", upstream_ca=str(certificate.ca))
    try:
        client = recorder.client(key)
        client.get("/api/v1/chat/credit")
        job = {"model": "veo3_fast", "prompt": "a cat [mock:instant]"}
        created = client.post("/api/v1/veo/generate", json=job).json()["data"]
        told = client.get("/api/v1/veo/record-info", params={"taskId": created["taskId"]}).json()
        assert told["data"]["successFlag"] == 1
        recorder.end()
    finally:
        running.stop()
    conforms(recorder.path, "kie")


EXCHANGE = ("http_error", "error_as_success", "rate_limit", "hang_up", "reset", "slow_body")
EXCHANGE += ("wrong_content_type", "truncated_json", "wrong_encoding", "close_idle")
STREAM = ("stream_cut", "stream_reset", "stream_silent_end", "stream_error_event")
STREAM += ("stream_malformed_event", "stream_split_utf8", "stream_split_event", "stream_crlf")
MEDIA = ("media_truncated", "media_forbidden", "media_wrong_length", "media_corrupt")
CALLBACK = ("callback_duplicate", "callback_wrong_id", "callback_bad_signature")
CASES = [(name, {"call_phase": "poll"}) for name in (*EXCHANGE, "outage")]
CASES += [(name, {}) for name in (*STREAM, *MEDIA, *CALLBACK, "quota_balance")]
INSTANT = "a cat [mock:instant]"


def misbehaving(client: httpx.Client, name: str, hook: str) -> None:
    """The calls that a fault of this name strikes."""
    if name.startswith("stream"):
        messages = [{"role": "user", "content": INSTANT}]
        chat = {"model": "veo-3.1", "messages": messages, "stream": True}
        client.post("/v1/chat/completions", json=chat, timeout=5)
        return
    job = {"model": "veo3_fast", "prompt": INSTANT, "callBackUrl": hook}
    created = client.post("/api/v1/veo/generate", json=job).json()
    asked = {"taskId": (created["data"] or {}).get("taskId", "x")}
    client.get("/api/v1/veo/record-info", params=asked, timeout=5)


@pytest.mark.parametrize(("name", "when"), CASES, ids=lambda part: str(part))
def test_a_provider_that_misbehaves_leaves_a_tape_that_can_be_read(
    server: Running, key: str, record: Record, name: str, when: dict[str, str]
) -> None:
    provider = "apiyi" if name.startswith("stream") else "kie"
    recorder, receiver = record(provider, f"{server.base_url}/{provider}"), Receiver()
    client = recorder.client(key)
    try:
        with Control(server.base_url, key=key) as control:
            client.get("/v1/models" if provider == "apiyi" else "/api/v1/chat/credit")
            control.change_sandbox(webhook_key="shared-key")
            control.add_fault({"fault": name, "when": when, "times": 1})
            with suppress(httpx.HTTPError):  # which is what the fault is for
                misbehaving(client, name, receiver.url)
            control.advance("2m")
            client.get("/v1/models" if provider == "apiyi" else "/api/v1/chat/credit")
            recorder.end()
            [rule] = control.faults()
    finally:
        receiver.close()
    assert rule["applied"] >= 1
    entries = recorder.log()["entries"]
    assert len(entries) >= 3
    assert len(read_tape(recorder.path)) == len(entries)
    assert all(e["response"]["status"] or e["_reelmock"]["ended"] == "no answer" for e in entries)
