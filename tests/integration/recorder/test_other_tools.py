"""A tape that mitmproxy 11 made before a mock: one job of Kie, one stream of APIYI, made-up key."""

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
from tests.support.serving import client_of, settings

TAPE = Path(__file__).parents[3] / "fixtures" / "recordings" / "mitmproxy.har"
KEY = "sk-mitm-0123456789"


@pytest.mark.parametrize(("provider", "calls"), [("kie", 5), ("apiyi", 1)])
def test_it_conforms_and_what_is_not_checked_is_named(provider: str, calls: int) -> None:
    said: list[str] = []
    assert run(Options(provider, har=TAPE, write=said.append)) == 0, said
    assert f"note: {calls} of 6 entries are calls of {provider}" in said[0]
    assert "not checked" in said[0]


@pytest.mark.parametrize("provider", ["kie", "apiyi"])
def test_it_differs_from_the_contract_in_nothing(provider: str) -> None:
    said: list[str] = []
    options = Compared("contract", str(TAPE), provider, write=said.append)
    assert compare(options) == 0
    assert "no difference" in said[0]


def test_its_key_is_taken_out() -> None:
    assert TAPE.read_text("utf-8").count(KEY) == 6
    assert KEY not in json.dumps(redacted(read_log(TAPE)))


def test_it_is_replayed(key: str) -> None:
    running = Running(settings(clock="manual"), plugins=plugins_of_tape((), TAPE))
    asked = {"model": "veo3_fast", "prompt": "a cat"}
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
