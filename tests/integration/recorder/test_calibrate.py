"""What tapes say of a provider becomes settings, and a mock with these settings does the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.cli.terminal.options import calibrated_plugins
from mockserver.control import Control
from mockserver.domain.input.errors import BadInput
from mockserver.domain.job.plan import Ticks
from mockserver.domain.provider.calibration import Calibration, ModelMeasured, calibrated
from mockserver.engine.plugins import Plugins
from mockserver.settings import load_calibrations, load_settings
from tests.support.serving import client_of
from tests.support.tapes import created, told, written

ID = "task_01KA000000000000000000000A"


def job(span_s: float, ending: dict[str, Any]) -> list[Any]:
    """A job of xcompute that was polled at each tenth of its time."""
    made = [created(0, ID, f"a cat, {span_s} s")]
    for tenth in range(1, 10):
        made.append(told(tenth * span_s / 10, ID, status="processing", progress=tenth * 5))
    return [*made, told(span_s, ID, progress=100, **ending)]


def tape(folder: Path, span_s: float, ending: dict[str, Any]) -> str:
    return str(written(folder / f"{span_s}.har", job(span_s, ending)))


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """The settings that three tapes make: jobs of 30, 50 and 100 seconds, for 0.4 dollars each."""
    done = {"status": "completed", "cost": 0.4}
    tapes = [tape(tmp_path, span_s, done) for span_s in (30.0, 100.0, 50.0)]
    out = tmp_path / "xcompute.toml"
    assert run_line(["calibrate", *tapes, "--provider", "xcompute", "--out", str(out)]) == 0
    return out


def test_times_prices_latencies_and_progress_are_measured(measured: Path) -> None:
    [(name, found)] = load_calibrations(measured).items()
    assert name == "xcompute"
    assert found.models == {"veo3.1-fast": ModelMeasured(30_000, 50_000, 100_000, 0.4, 3)}
    assert found.progress == (5, 10, 15, 20, 25, 30, 35, 40, 45, 100)
    assert found.latency_ms["create"] == (200, 200)
    assert found.latency_ms["status"][1] > found.latency_ms["status"][0]


def test_before_and_after_are_plotted(capsys: pytest.CaptureFixture[str], measured: Path) -> None:
    shown = capsys.readouterr().out
    assert "veo3.1-fast, 3 jobs" in shown
    assert shown.count("┃") == 2
    assert "30 … 50 … 100 s" in shown
    assert [line.split()[0] for line in shown.splitlines() if "█" in line] == ["before", "after"]


def test_a_mock_with_these_settings_takes_as_long_and_costs_as_much(
    measured: Path, key: str
) -> None:
    changed = load_settings({"port": 0, "speed": 1.0, "clock": "manual"}, {}, measured)
    running = Running(changed, plugins=calibrated_plugins(changed, measured))
    try:
        with client_of(running, key) as client, Control(running.base_url, key=key) as control:
            path = "/xcompute/v1/videos/generations"
            ids = [
                client.post(path, json={"model": "veo3.1-fast", "prompt": f"cat {n}"}).json()
                for n in range(8)
            ]
            names = [one["data"][0]["task_id"] for one in ids]

            def words() -> set[str]:
                told = [client.get(f"/xcompute/v1/tasks/{name}").json() for name in names]
                return {str((one.get("data") or one)["status"]) for one in told}

            control.advance("29s")
            assert "completed" not in words()
            control.advance("72s")
            assert words() == {"completed"}
            assert control.balance()["xcompute"].spent == pytest.approx(8 * 0.4)
    finally:
        running.stop()


def test_texts_of_failures_are_those_of_the_tape(tmp_path: Path) -> None:
    provider = Plugins().providers.get("xcompute")
    codes = [str(failure.code) for failure in provider.failures.values()]
    name, failure = next(
        (n, f) for n, f in provider.failures.items() if codes.count(str(f.code)) == 1
    )
    error = {"code": failure.code, "message": "as it was taped"}
    path = tape(tmp_path, 30.0, {"status": "failed", "error": error})
    out = tmp_path / "a.toml"
    assert run_line(["calibrate", path, "--provider", "xcompute", "--out", str(out)]) == 0
    found = load_calibrations(out)["xcompute"]
    assert found.failures == {name: "as it was taped"}
    assert calibrated(provider, found).failures[name].message == "as it was taped"


def test_a_measured_switch_is_the_default(tmp_path: Path) -> None:
    provider = Plugins().providers.get("kie")
    assert provider.defaults["time"] == "number"
    changed = calibrated(provider, Calibration(dialect={"time": "string"}))
    assert changed.defaults["time"] == "string"
    assert changed.defaults["task_id"] == provider.defaults["task_id"]


@pytest.mark.parametrize(
    ("progress", "ticks"),
    [
        ((5, 20, 60, 90, 100), Ticks(4, 5, 90)),
        ((5, 90, 100), Ticks(2, 5, 90)),
        ((5, 100), None),
        ((50, 20, 10, 100), None),
        ((0, 50, 100), None),
    ],
)
def test_measured_progress_that_rises_is_how_the_mock_moves(
    progress: tuple[float, ...], ticks: Ticks | None
) -> None:
    provider = Plugins().providers.get("kie")
    assert provider.ticks != Ticks(4, 5, 90)
    assert calibrated(provider, Calibration(progress=progress)).ticks == (ticks or provider.ticks)


@pytest.mark.parametrize(
    ("calibration", "named"),
    [
        (Calibration({"veo9": ModelMeasured(1, 2, 3)}), "calibration.kie.models"),
        (Calibration({"veo3": ModelMeasured(3, 2, 1)}), "calibration.kie.models.veo3"),
        (Calibration(failures={"nothing": "x"}), "calibration.kie.failures"),
        (Calibration(dialect={"nothing": "x"}), "dialect.kie.nothing"),
    ],
)
def test_what_the_provider_does_not_have_is_named(calibration: Calibration, named: str) -> None:
    with pytest.raises(BadInput, match=named.replace(".", r"\.")):
        calibrated(Plugins().providers.get("kie"), calibration)


def test_a_settings_file_with_a_wrong_measure_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reelmock.toml"
    path.write_text('[calibration.kie.models.veo3]\nlow = "soon"\n', "utf-8")
    with pytest.raises(BadInput, match="calibration"):
        load_settings({}, {}, path)


def test_a_tape_without_a_job_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tape(tmp_path, 30.0, {"status": "completed"})
    words = ["calibrate", path, "--provider", "kie", "--out", str(tmp_path / "a.toml")]
    assert run_line(words) == 2
    assert "a whole job of kie" in capsys.readouterr().err
