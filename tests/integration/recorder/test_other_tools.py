"""Tapes that other tools made before a mock, with made-up keys.

mitmproxy 11: one job of Kie, one stream of APIYI. Chromium 156, through Playwright: a job on each API
of each provider, and uploads.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.drift.main import Options as Compared
from contracts.drift.main import run as compare
from contracts.verifier.main import Options, run
from mockserver.app import Running
from mockserver.control import Control
from mockserver.recorder.redact import redacted
from mockserver.recorder.replay import plugins_of_tape
from mockserver.recorder.tape import read_log, read_tape
from tests.integration.recorder.conftest import Replay
from tests.support.serving import client_of, settings

FOLDER = Path(__file__).parents[3] / "fixtures" / "recordings"
TAPE, CHROMIUM = FOLDER / "mitmproxy.har", FOLDER / "chromium.har"
CASES = [
    (TAPE, "kie", "5 of 6"),
    (TAPE, "apiyi", "1 of 6"),
    (CHROMIUM, "kie", "8 of 17"),
    (CHROMIUM, "apiyi", "4 of 17"),
    (CHROMIUM, "xcompute", "4 of 17"),
]
KEYS = [(TAPE, "sk-mitm-0123456789", 6), (CHROMIUM, "sk-chromium-0123456789", 16)]
CAT = {"model": "veo3_fast", "prompt": "a cat"}
DOG = {"model": "veo-3-1", "input": {"prompt": "a dog"}}


@pytest.mark.parametrize(("tape", "provider", "calls"), CASES)
def test_it_conforms_and_what_is_not_checked_is_named(
    tape: Path, provider: str, calls: str
) -> None:
    said: list[str] = []
    assert run(Options(provider, har=tape, write=said.append)) == 0, said
    assert f"note: {calls} entries are calls of {provider}" in said[0]
    assert "not checked" in said[0]


@pytest.mark.parametrize(("tape", "provider", "calls"), CASES)
def test_it_differs_from_the_contract_in_nothing(tape: Path, provider: str, calls: str) -> None:
    said: list[str] = []
    options = Compared("contract", str(tape), provider, write=said.append)
    assert compare(options) == 0
    assert "no difference" in said[0]


@pytest.mark.parametrize(("tape", "secret", "times"), KEYS)
def test_its_key_is_taken_out(tape: Path, secret: str, times: int) -> None:
    assert tape.read_text("utf-8").count(secret) == times
    assert secret not in json.dumps(redacted(read_log(tape)))


def test_a_browsers_tape_is_replayed_on_every_api(key: str, replay: Replay) -> None:
    served = replay(CHROMIUM)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:

        def made(path: str, job: object) -> str:
            return str(client.post(path, json=job).json()["data"]["taskId"])

        veo, jobs = made("/kie/api/v1/veo/generate", CAT), made("/kie/api/v1/jobs/createTask", DOG)
        files = {"file": ("cat.png", b"\x89PNG\r\n\x1a\n\0\0", "image/png")}
        sent = client.post(
            "/kie/api/file-stream-upload", files=files, data={"uploadPath": "images"}
        )
        other = client.post("/xcompute/v1/uploads/images", files=files)
        control.advance("1m")
        polled = client.get("/kie/api/v1/veo/record-info", params={"taskId": veo}).json()
        told = client.get("/kie/api/v1/jobs/recordInfo", params={"taskId": jobs}).json()["data"]
    taped = CHROMIUM.read_text("utf-8")
    assert polled["data"]["successFlag"] == 1
    assert (told["taskId"], told["state"]) == (jobs, "success")
    assert veo not in taped and jobs not in taped
    assert json.loads(told["resultJson"])["resultUrls"][0].startswith(served.base_url)
    assert sent.json()["data"]["downloadUrl"] in taped
    assert other.json()["url"] in taped


def test_it_is_replayed(key: str) -> None:
    running = Running(settings(clock="manual"), plugins=plugins_of_tape((), TAPE))
    asked = CAT
    messages = [{"role": "user", "content": "a cat"}]
    chat = {"model": "veo-3.1", "messages": messages, "stream": True}
    taped = read_tape(TAPE)
    try:
        with client_of(running, key) as client, Control(running.base_url, key=key) as control:
            made = client.post("/kie/api/v1/veo/generate", json=asked).json()["data"]["taskId"]
            assert made.encode() not in taped[0].body
            where = "/kie/api/v1/veo/record-info"
            told = [client.get(where, params={"taskId": made}).json()["data"]]
            control.advance("1m")
            told.append(client.get(where, params={"taskId": made}).json()["data"])
            assert [one["successFlag"] for one in told] == [0, 1]
            stream = client.post("/apiyi/v1/chat/completions", json=chat).text
    finally:
        running.stop()
    assert stream.endswith("data: [DONE]\n\n")
    assert stream.count("data: ") == taped[-1].body.count(b"data: ")
