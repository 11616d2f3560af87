"""A span of time says its unit wherever it is given: a bare number is refused, and nothing is set."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mockserver.control import Control, ControlError
from mockserver.embedded import running
from tests.support.some import some

HERE = "/_mock/v1/sandboxes/current"
RATE_WINDOW = {"quotas": [{"name": "q", "limit": 1, "window": "?"}]}
IN_PROFILE = {"profile": {"faults": [{"fault": "outage", "lasts": "?"}]}}
CHOSEN_IN_PROFILE = {"profile": {"scenario": {"name": "slow_queue", "options": {"for": "?"}}}}
SPANS = [  # method, path, a body with ? for the span, the field that is named
    ("POST", "/clock/advance", {"by": "?"}, "by"),
    ("POST", "/faults", {"fault": "latency", "with": {"delay": "?"}}, "with.delay"),
    ("POST", "/faults", {"fault": "outage", "lasts": "?"}, "lasts"),
    ("POST", "/faults", {"fault": "outage", "until": "?"}, "until"),
    ("POST", "/faults", {"fault": "outage", "from": "?"}, "from"),
    ("PATCH", "", RATE_WINDOW, "quotas[0].window"),
    ("PUT", "/profile", IN_PROFILE, "faults[0].lasts"),
    ("PUT", "/profile", CHOSEN_IN_PROFILE, "slow_queue.for"),
]
OPTIONS = [
    ("completed_then_failed", "after"),
    ("content_late", "by"),
    ("refuse", "retry_after"),
    ("signed_links", "for"),
    ("slow_queue", "for"),
    ("unknown_at_first", "for"),
]


def _with(body: dict[str, Any], span: str) -> str:
    return json.dumps(body).replace('"?"', span)


def parameters(client: httpx.Client) -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Each parameter of each fault, with a rule that sets the fault."""
    return some(
        ({**fault["example"], "fault": fault["name"]}, name, parameter)
        for fault in client.get("/_mock/v1/faults/catalogue").json()["faults"]
        for name, parameter in fault["parameters"].items()
    )


@pytest.mark.parametrize("given", ["0", "5", "0.5", "1500", '"5"', "true", "[5]", '{"s": 5}'])
@pytest.mark.parametrize(("method", "path", "body", "field"), SPANS)
def test_a_span_without_its_unit_is_refused(
    client: httpx.Client,
    control: Control,
    method: str,
    path: str,
    body: Any,
    field: str,
    given: str,
) -> None:
    before = client.get(HERE).json()
    refused = client.request(method, HERE + path, content=_with(body, given))
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert client.get(HERE).json() == before
    assert client.request(method, HERE + path, content=_with(body, '"5s"')).is_success


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_option_of_a_scenario_says_its_unit(control: Control, name: str, option: str) -> None:
    with pytest.raises(ControlError, match=f"{name}.{option}: 5 is not valid, expected a duration"):
        control.set_scenario(name, **{option: 5})
    control.set_scenario(name, **{option: "5s"})


def test_every_span_of_every_fault_says_its_unit(client: httpx.Client, control: Control) -> None:
    for rule, name, parameter in parameters(client):
        if parameter["kind"] == "span":
            expected = f"with.{name}: 5 is not valid, expected a duration"
            with pytest.raises(ControlError, match=expected):
                control.add_fault(rule | {"with": rule.get("with", {}) | {name: 5}})


def test_a_default_that_is_shown_may_be_given(client: httpx.Client, control: Control) -> None:
    shown = [one for one in parameters(client) if one[2]["default"] is not None]
    for rule, name, parameter in some(shown):
        control.add_fault(rule | {"with": rule.get("with", {}) | {name: parameter["default"]}})
    assert {one[2]["default"] for one in shown if one[2]["kind"] == "span"} > {"0s", "1s", "500ms"}


def test_python_takes_no_number_for_a_span() -> None:
    with running() as mock:
        for set_it in (
            lambda: mock.clock.advance(5),  # type: ignore[arg-type]
            lambda: mock.fault("latency", delay=5),
            lambda: mock.fault("outage", lasts=5),  # type: ignore[arg-type]
            lambda: mock.fault("outage", until=5),
            lambda: mock.scenario("slow_queue", **{"for": 5}),
        ):
            with pytest.raises(ControlError, match="5 is not valid, expected a duration"):
                set_it()
