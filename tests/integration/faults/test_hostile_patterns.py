"""A rule whose regular expression would run for ever does not apply, says so, and stops nobody."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control

HOSTILE = r"(a|a)+$"
PROMPT = "a" * 64 + "b"
OUT_OF_TIME = "its regular expression ran out of time (50 ms)"
VIDEO = {"model": "veo-3.1", "prompt": PROMPT}


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    with Control(server.base_url, key=key) as control:
        yield control


@pytest.mark.parametrize("when", [{"prompt": HOSTILE}, {"header": {"x-note": HOSTILE}}])
def test_a_fault_rule_out_of_time_is_held_back_and_says_so(
    client: httpx.Client, control: Control, when: dict[str, object]
) -> None:
    control.add_fault({"fault": "http_error", "when": {"call_phase": "create", **when}})
    reply = client.post("/apiyi/v1/videos", json=VIDEO, headers={"x-note": PROMPT})
    assert reply.status_code == 200
    (rule,) = control.faults()
    assert (rule["applied"], rule["held_back"]) == (
        0,
        {OUT_OF_TIME: 1},
    )
    (entry,) = [entry for entry in control.entries() if entry.call_phase == "create"]
    assert [fault["why"] for fault in entry.faults] == [OUT_OF_TIME]


def test_the_same_rule_still_strikes_what_it_matches(
    client: httpx.Client, control: Control
) -> None:
    control.add_fault({"fault": "http_error", "when": {"call_phase": "create", "prompt": HOSTILE}})
    reply = client.post("/apiyi/v1/videos", json=VIDEO | {"prompt": "aaa"})
    assert reply.status_code == 500


def test_a_scenario_rule_out_of_time_does_not_choose_and_says_so(
    client: httpx.Client, control: Control
) -> None:
    control.set_scenario_rules([{"scenario": "stall", "when": {"prompt": HOSTILE}}])
    assert client.post("/apiyi/v1/videos", json=VIDEO).status_code == 200
    assert client.post("/apiyi/v1/videos", json=VIDEO | {"prompt": "aaa"}).status_code == 200
    assert [task.scenario for task in control.tasks()] == ["succeed", "stall"]
    late = {"rule": 0, "scenario": "stall", "applied": False, "why": OUT_OF_TIME}
    assert undecided(control) == [[late], []]


def test_a_scenario_rule_out_of_time_says_so_of_a_submission_that_is_refused(
    client: httpx.Client, control: Control
) -> None:
    control.set_scenario_rules(
        [
            {"scenario": "stall", "when": {"prompt": "a dog"}},
            {"scenario": "slow", "when": {"prompt": HOSTILE}},
            {"scenario": "refuse"},
            {"scenario": "fail", "when": {"prompt": HOSTILE}},
        ]
    )
    assert client.post("/apiyi/v1/videos", json=VIDEO).status_code == 500
    (found,) = undecided(control)
    assert [(one["rule"], one["scenario"]) for one in found] == [(1, "slow")]


def test_a_scenario_rule_that_nobody_asked_says_nothing(
    client: httpx.Client, control: Control
) -> None:
    control.set_scenario_rules([{"scenario": "stall", "when": {"prompt": HOSTILE}}])
    directed = PROMPT + " [mock:instant] " + PROMPT
    assert client.post("/apiyi/v1/videos", json=VIDEO | {"prompt": directed}).status_code == 200
    assert undecided(control) == [[]]


def undecided(control: Control) -> list[list[dict[str, object]]]:
    """The scenario rules that could not be decided, of each creation."""
    return [entry.undecided for entry in control.entries() if entry.call_phase == "create"]
