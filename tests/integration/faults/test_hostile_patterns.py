"""A rule whose regular expression would run for ever does not apply, says so, and stops nobody."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control

HOSTILE = r"(a|a)+$"
PROMPT = "a" * 64 + "b"
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
        {"its regular expression ran out of time": 1},
    )
    (entry,) = [entry for entry in control.entries() if entry.call_phase == "create"]
    assert [fault["why"] for fault in entry.faults] == ["its regular expression ran out of time"]


def test_the_same_rule_still_strikes_what_it_matches(
    client: httpx.Client, control: Control
) -> None:
    control.add_fault({"fault": "http_error", "when": {"call_phase": "create", "prompt": HOSTILE}})
    reply = client.post("/apiyi/v1/videos", json=VIDEO | {"prompt": "aaa"})
    assert reply.status_code == 500


def test_a_scenario_rule_out_of_time_does_not_choose(
    client: httpx.Client, control: Control
) -> None:
    control.set_scenario_rules([{"scenario": "stall", "when": {"prompt": HOSTILE}}])
    assert client.post("/apiyi/v1/videos", json=VIDEO).status_code == 200
    assert client.post("/apiyi/v1/videos", json=VIDEO | {"prompt": "aaa"}).status_code == 200
    assert [task.scenario for task in control.tasks()] == ["succeed", "stall"]
