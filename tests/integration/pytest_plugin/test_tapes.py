"""Tests of a team that replay a tape, and those that record it once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.app import Running
from tests.integration.pytest_plugin.conftest import Ran

pytest_plugins = ["pytester"]

RECORDED = """
import pytest
from naive import make


@pytest.mark.reelmock_recorded(provider="kie", tape="cat.har", budget={budget})
def test_a_cat(reelmock_recorded):
    assert make(reelmock_recorded.base_url, reelmock_recorded.api_key).endswith(".mp4")
    assert reelmock_recorded.is_live == {live}
"""

REPLAYED = """
import pytest
from naive import make


@pytest.mark.reelmock(tape="{tape}")
def test_a_cat(reelmock):
    assert make(reelmock.base_url("kie"), reelmock.api_key).endswith(".mp4")
    assert len(reelmock.tasks) == 1
"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, server: Running) -> Callable[[], None]:
    """Lets tests record before a server that has every key and jobs that end at once."""

    def live() -> None:
        monkeypatch.setenv("REELMOCK_RECORD", "1")
        monkeypatch.setenv("REELMOCK_RECORD_KEY", "sk-live-0123456789")
        monkeypatch.setenv("REELMOCK_RECORD_UPSTREAM", f"{server.base_url}/kie")

    for name in ("REELMOCK_RECORD", "REELMOCK_RECORD_KEY", "REELMOCK_RECORD_UPSTREAM"):
        monkeypatch.delenv(name, raising=False)
    return live


def test_a_test_records_once_and_replays_from_then_on(
    run: Callable[..., Ran],
    pytester: pytest.Pytester,
    environment: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytester.makepyfile(test_it=RECORDED.format(budget=60, live=False))
    none = run()
    assert "REELMOCK_RECORD=1 records it" in none.tests["test_a_cat"]
    environment()
    live = (
        (pytester.path / "naive.py").read_text("utf-8").replace('"a cat"', '"a cat [mock:instant]"')
    )
    pytester.makepyfile(naive=live, test_it=RECORDED.format(budget=60, live=True))
    # A directive of the prompt makes the job of the upstream end at once.
    assert run().tests == {"test_a_cat": "passed"}
    tape = pytester.path / "cat.har"
    assert "sk-live" not in tape.read_text("utf-8")
    assert len(json.loads(tape.read_bytes())["log"]["entries"]) >= 2
    monkeypatch.delenv("REELMOCK_RECORD")
    pytester.makepyfile(test_it=RECORDED.format(budget=60, live=False))
    assert run().tests == {"test_a_cat": "passed"}


def test_a_recording_stays_within_its_budget(
    run: Callable[..., Ran], pytester: pytest.Pytester, environment: Callable[[], None]
) -> None:
    environment()
    pytester.makepyfile(test_it=RECORDED.format(budget=59, live=True))
    assert run().became("failed") == ["test_a_cat"]
    assert json.loads((pytester.path / "cat.har").read_bytes())["log"]["entries"] == []


def test_a_recording_needs_a_key(
    run: Callable[..., Ran], pytester: pytest.Pytester, environment: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    environment()
    monkeypatch.delenv("REELMOCK_RECORD_KEY")
    pytester.makepyfile(test_it=RECORDED.format(budget=60, live=True))
    assert "REELMOCK_RECORD_KEY" in run().tests["test_a_cat"]


def test_the_marker_replays_a_tape_beside_the_test(
    run: Callable[..., Ran], pytester: pytest.Pytester, environment: Callable[[], None]
) -> None:
    environment()
    live = (
        (pytester.path / "naive.py").read_text("utf-8").replace('"a cat"', '"a cat [mock:instant]"')
    )
    pytester.makepyfile(naive=live, test_it=RECORDED.format(budget=60, live=True))
    assert run().tests == {"test_a_cat": "passed"}
    pytester.makepyfile(test_it=REPLAYED.format(tape="cat.har"))
    assert run().tests == {"test_a_cat": "passed"}


@pytest.mark.parametrize("tape", ["none.har", "test_it.py"])
def test_a_tape_that_cannot_be_replayed_fails_in_one_line(
    run: Callable[..., Ran], pytester: pytest.Pytester, tape: str
) -> None:
    pytester.makepyfile(test_it=REPLAYED.format(tape=tape))
    assert "the marker reelmock: tape: " in run().tests["test_a_cat"]


def test_a_marker_that_is_wrong_is_named(
    run: Callable[..., Ran], pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_it=RECORDED.replace("budget=", "bugdet=").format(budget=1, live=True))
    assert "bugdet" in run().tests["test_a_cat"]
    assert not (Path(pytester.path) / "cat.har").exists()
