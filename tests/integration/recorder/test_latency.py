"""A reply takes as long as it took on the tape, where the clock goes; where it stands, nobody waits."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.cli.terminal.options import calibrated_plugins
from mockserver.control import Control
from mockserver.domain.input.errors import BadInput
from mockserver.domain.provider.calibration import Calibration, calibrated
from mockserver.engine.plugins import Plugins
from mockserver.settings import load_calibrations, load_settings
from tests.integration.recorder.conftest import Replay
from tests.support.serving import client_of
from tests.support.tapes import CREATE, created, told, written

ID = "task_01KA000000000000000000000A"
JOB = {"model": "veo3.1-fast", "prompt": "a cat"}
HOUR_MS = 3_600_000


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A job whose polls were answered after an hour."""
    entries = [created(0, ID, "a cat"), told(1, ID, status="processing", progress=5)]
    entries += [told(2, ID, status="completed", progress=100)]
    for entry in entries[1:]:
        entry["time"] = HOUR_MS
    return written(tmp_path / "job.har", entries)


def make(client: httpx.Client) -> str:
    reply = client.post(f"/xcompute{CREATE}", json=JOB, timeout=20)
    return f"/xcompute/v1/tasks/{reply.json()['data'][0]['task_id']}"


def keeps_waiting(client: httpx.Client, path: str) -> bool:
    try:
        client.get(path, timeout=0.5)
    except httpx.ReadTimeout:
        return True
    return False


def test_a_poll_is_as_late_as_it_was_where_the_clock_goes(
    tape: Path, replay: Replay, key: str
) -> None:
    served = replay(tape)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        path = make(client)
        assert client.get(path).json()["data"]["progress"] == 5  # the clock stands
        control.set_clock("real")
        assert keeps_waiting(client, path)


def test_speed_divides_what_a_reply_took(tape: Path, replay: Replay, key: str) -> None:
    served = replay(tape, speed=1e6)
    with client_of(served, key) as client, Control(served.base_url, key=key) as control:
        path = make(client)
        control.set_clock("real")
        assert client.get(path, timeout=20).status_code == 200


def test_a_calibrated_mock_answers_as_late_as_the_tape(
    tape: Path, tmp_path: Path, key: str
) -> None:
    out = tmp_path / "x.toml"
    assert run_line(["calibrate", str(tape), "--provider", "xcompute", "--out", str(out)]) == 0
    assert load_calibrations(out)["xcompute"].latency_ms["status"] == (HOUR_MS, HOUR_MS)
    settings = load_settings({"port": 0, "clock": "manual"}, {}, out)
    served = Running(settings, plugins=calibrated_plugins(settings, out))
    try:
        with client_of(served, key) as client, Control(served.base_url, key=key) as control:
            path = make(client)
            assert client.get(path).status_code == 200
            control.set_clock("real")
            assert keeps_waiting(client, path)
    finally:
        served.stop()


def test_a_stream_is_no_late_reply(tmp_path: Path) -> None:
    mitmproxy = Path(__file__).parents[3] / "fixtures" / "recordings" / "mitmproxy.har"
    out = tmp_path / "a.toml"
    assert run_line(["calibrate", str(mitmproxy), "--provider", "apiyi", "--out", str(out)]) == 0
    [stream] = [
        e
        for e in json.loads(mitmproxy.read_bytes())["log"]["entries"]
        if "event-stream" in e["response"]["content"]["mimeType"]
    ]
    assert stream["time"] > 0
    assert load_calibrations(out)["apiyi"].latency_ms == {}


@pytest.mark.parametrize(
    ("latency_ms", "named"),
    [
        ({"paint": (1, 2)}, "latency_ms: .paint. is not valid"),
        ({"status": (5, 2)}, "latency_ms.status"),
    ],
)
def test_a_wrong_latency_is_named(latency_ms: dict[str, tuple[float, float]], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        calibrated(Plugins().providers.get("xcompute"), Calibration(latency_ms=latency_ms))
