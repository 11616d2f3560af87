"""Whoever reads the journal or the time line sees what was done over the control API, and when."""

from __future__ import annotations

import pytest

from mockserver.control import Control, ControlError


def told(control: Control, kind: str = "control") -> list[str]:
    """What the time line says of one kind."""
    return [moment.what for moment in control.timeline().moments if moment.kind == kind]


def test_each_setting_that_changes_is_told(control: Control) -> None:
    control.change_sandbox(speed=2, seed="7", label="x", balances={"kie": 12.5})
    control.set_scenario("fail", at="60%")
    control.set_scenario_rules([{"scenario": "stall", "when": {"provider": "kie"}}])
    control.set_dialect("apiyi", task_id="task")
    control.add_fault({"fault": "http_error"})
    control.clear_faults()
    control.set_balance(kie=None)
    assert told(control) == [
        "seed 7; speed 2; balances: kie 12.5; label x",
        "scenario fail at=60%",
        "scenario rules: stall",
        'dialect {"apiyi":{"task_id":"task"}}',
        "fault rules: http_error",
        "no fault rules",
        "no balances",
    ]


def test_what_stays_as_it_was_is_not_told(control: Control) -> None:
    control.change_sandbox(speed=2)
    control.change_sandbox(speed=2)
    assert told(control) == ["speed 2"]


def test_a_profile_is_told_by_what_it_sets(control: Control) -> None:
    control.set_profile("flaky")
    (what,) = told(control)
    assert "fault rules: " in what


def test_neither_webhook_key_nor_api_key_is_written_down(control: Control) -> None:
    control.change_sandbox(webhook_key="whsec-hidden")
    control.bind_keys("sk-further-hidden")
    said = " ".join(told(control))
    assert "a webhook key" in said
    assert "keys: " in said
    assert "hidden" not in said


def test_an_imported_sandbox_says_so(control: Control) -> None:
    archive = control.export_sandbox()
    control.delete_sandbox()
    control.import_sandbox(archive)
    assert told(control) == ["brought in from an archive"]


def test_mode_rate_and_leaps_of_the_clock_are_told_where_they_happened(control: Control) -> None:
    control.advance("90s")
    control.set_clock("auto")
    control.set_clock("real", 10)
    control.set_clock(rate=1000)
    assert told(control, "clock") == [
        "clock moved",
        "clock in mode auto",
        "clock in mode real, rate 10",
        "clock in mode real, rate 1000",
    ]
    entries = control.journal(kind="clock").entries
    assert entries[1].virtual_ms == entries[0].detail["to_ms"]
    assert entries[3].detail == {"mode": "real", "rate": 1000}


@pytest.mark.parametrize("body", [{"speed": -1}, {"scenario": "stal"}])
def test_what_is_refused_leaves_no_trace(control: Control, body: dict[str, object]) -> None:
    with pytest.raises(ControlError, match="not valid"):
        control.change_sandbox(**body)
    assert told(control) == []
