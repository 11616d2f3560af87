"""The shipped profiles, each under load; and profiles of one's own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import ControlError
from mockserver.engine.profiles import shipped_names
from tests.support.serving import settings
from tests.support.struck import VIDEOS, Struck, chunks

JOBS = 12


def live(struck: Struck) -> None:
    """What a client does all day, over whatever comes; nothing here checks an answer."""
    for number in range(JOBS):
        task_id = ""
        with suppress(httpx.TransportError, ValueError, KeyError, TypeError, AssertionError):
            task_id = struck.job(f"cat {number}")
        for path in (f"{VIDEOS}/{task_id}", f"{VIDEOS}/{task_id}/content"):
            with suppress(httpx.HTTPError):
                struck.http.get(path)
        with suppress(httpx.HTTPError, AssertionError):
            struck.events(f"dog {number}")
        with suppress(httpx.HTTPError):
            struck.http.post("/kie/api/v1/veo/generate", json={"prompt": f"bird {number}"})


@pytest.mark.parametrize("name", shipped_names())
def test_a_server_under_a_shipped_profile_goes_on_serving(name: str) -> None:
    running = Running(settings(profile=name, clock="auto", seed="a seed"))
    try:
        struck = Struck(running, "sk-profile")
        patient, struck.http.timeout = struck.http.timeout, httpx.Timeout(1)
        live(struck)
        struck.http.timeout = patient
        fired = sum(rule["struck"] for rule in struck.control.faults())
        assert (fired > 0) == (name != "calm")
        struck.control.set_profile("calm")
        assert struck.status(struck.job()).json()["status"] == "queued"
        assert chunks(struck.events())[-1]["choices"][0]["finish_reason"] == "stop"
        struck.close()
    finally:
        running.stop()


def test_a_rule_added_to_a_profile_does_not_share_its_counts() -> None:
    running = Running(settings(profile="outage", clock="manual"))
    try:
        struck = Struck(running, "sk-added")
        struck.control.add_fault({"fault": "http_error", "when": {"operation": "create"}})
        assert struck.create().status_code == 500
        profile, added = struck.control.faults()
        assert (profile["id"], profile["held_back"]) == ("outage-1", {"not begun": 2})
        assert (added["struck"], added["held_back"]) == (1, {})
        struck.close()
    finally:
        running.stop()


def test_a_profile_is_set_for_one_sandbox_alone(struck: Struck, server: Running) -> None:
    other = Struck(server, struck.key + "-other")
    struck.control.set_profile("flaky")
    assert len(struck.control.faults()) == 11
    assert other.control.faults() == []
    struck.control.set_profile("calm")
    assert struck.control.faults() == []
    other.close()


def test_an_unknown_profile_is_refused_with_the_nearest(struck: Struck) -> None:
    with pytest.raises(ControlError, match="did you mean 'flaky'"):
        struck.control.set_profile("flakey")


def test_a_file_is_checked_word_by_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("faults: [{fault: stream_cut, when: {chunk: 3}}]")
    bad.write_text("faults: [{fault: stream_cut, when: {operation: create}}]")
    assert run_line(["profile", "check", str(good)]) == 0
    assert "good: 1 rule, all right" in capsys.readouterr().out
    assert run_line(["profile", "check", str(bad)]) == 2
    assert "faults[0].when" in capsys.readouterr().err


def test_a_profile_with_a_rule_that_lasts_no_time_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("faults: [{fault: outage, lasts: 0s}]")
    assert run_line(["profile", "check", str(bad)]) == 2
    assert "faults[0].lasts" in capsys.readouterr().err
