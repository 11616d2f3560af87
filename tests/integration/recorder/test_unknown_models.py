"""A job of a model that nobody here knows is replayed all the same: its JSON tells it from others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import run_line
from mockserver.control import Control
from mockserver.settings import load_calibrations
from tests.integration.recorder.conftest import Replay
from tests.support.receiver import Receiver
from tests.support.serving import client_of
from tests.support.tapes import call, written

CREATE, POLL = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
ID = "90b57e18f934d410c5ca028514172c1c"
PAINT: dict[str, Any] = {"model": "somebody/paints", "input": {"prompt": "a cat", "steps": 4}}
LINK = "https://tempfile.example/r/cat.mp4"


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A job of Kie's jobs API that took 30 seconds."""
    entries = [call(0, "POST", CREATE, {"code": 200, "data": {"taskId": ID}}, PAINT)]
    for after_s, state in ((1, "waiting"), (30, "success")):
        done = json.dumps({"resultUrls": [LINK]}) if state == "success" else ""
        data = {"taskId": ID, "model": PAINT["model"], "state": state, "resultJson": done}
        entries.append(call(after_s, "GET", f"{POLL}?taskId={ID}", {"code": 200, "data": data}))
    for entry in entries:
        entry["request"]["url"] = entry["request"]["url"].replace("apimart.ai", "kie.ai")
    return written(tmp_path / "job.har", entries)


def test_a_job_of_an_unknown_model_is_replayed(tape: Path, replay: Replay, key: str) -> None:
    served, receiver = replay(tape), Receiver()
    try:
        with client_of(served, key) as client, Control(served.base_url, key=key) as control:
            job = PAINT | {"callBackUrl": receiver.url}
            made = client.post(f"/kie{CREATE}", json=job).json()["data"]["taskId"]

            def told() -> dict[str, Any]:
                reply = client.get(f"/kie{POLL}", params={"taskId": made})
                return dict(reply.json()["data"])

            assert told() == {
                "taskId": made,
                "model": PAINT["model"],
                "state": "waiting",
                "resultJson": "",
            }
            control.advance("30s")
            assert (told()["taskId"], told()["state"]) == (made, "success")
            [link] = json.loads(told()["resultJson"])["resultUrls"]
            assert client.get(link).status_code == 200
            other = client.post(f"/kie{CREATE}", json=PAINT | {"input": {"prompt": "a dog"}})
            assert other.json()["code"] != 200
            receiver.wait_for(1)
    finally:
        receiver.close()
    assert made != ID
    assert link.startswith(served.base_url)


def test_a_model_that_the_mock_has_not_is_not_calibrated(tape: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.toml"
    assert run_line(["calibrate", str(tape), "--provider", "kie", "--out", str(out)]) == 0
    assert load_calibrations(out)["kie"].models == {}
