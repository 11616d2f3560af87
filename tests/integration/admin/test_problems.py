"""Every way in which the control API says no, over a real socket."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError

HERE = "/_mock/v1/sandboxes/current"


def _problem(reply: httpx.Response, status: int) -> dict[str, Any]:
    assert reply.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = reply.json()
    assert (reply.status_code, problem["status"]) == (status, status)
    assert problem["title"] and problem["detail"]
    return problem


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"label": "\\ud800 half"}',
        b'{"label": "one", "label": "two"}',
        b'{"clock": {"mode": "auto", "mode": "real"}}',
        b"[" * 5000,
        b'{"scenario": {"name": "fail", "options": ' + b'{"a":' * 40 + b"1" + b"}" * 42,
    ],
)
def test_a_body_that_is_no_plain_json_is_400(client: httpx.Client, body: bytes) -> None:
    _problem(client.post("/_mock/v1/sandboxes", content=body), 400)


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({"lable": "x"}, "lable", "'label'"),
        ({"clock": {"rat": 1}}, "clock.rat", "'rate'"),
        ({"clock": {"mode": "atuo"}}, "clock.mode", "'auto'"),
        ({"clock": {"rate": "fast"}}, "clock.rate", "a number"),
        ({"clock": {"mode": "manual", "rate": 2}}, "clock.rate", "no rate"),
        ({"clock": {"start": "soon"}}, "clock.start", "ISO"),
        ({"clock": {"start": True}}, "clock.start", "a whole number or a text"),
        ({"clock": []}, "clock", "object"),
        ([], "body", "object"),
        ({"id": "a/b"}, "id", "letters"),
        ({"id": "current"}, "id", "current"),
        ({"speed": 0}, "speed", "above 0"),
        ({"speed": "1"}, "speed", "a number"),
        ({"seed": ""}, "seed", "characters"),
        ({"balances": {"kei": 1}}, "balances.kei", "'kie'"),
        ({"balances": {"kie": -1}}, "balances.kie", "null for no limit"),
        ({"balances": {"kie": "1"}}, "balances", "a number or null"),
        ({"dialect": {"kei": {}}}, "dialect", "'kie'"),
        ({"quotas": [{"name": "q", "limit": -1, "window": "1s"}]}, "quotas[0].limit", "from 0"),
        ({"quotas": [{"name": "q", "limit": 1, "window": "0"}]}, "quotas[0].window", "more than"),
        ({"quotas": [{"name": "q", "limit": 1, "window": "x"}]}, "quotas[0].window", "duration"),
        ({"quotas": [{"name": "", "limit": 1, "window": 1}]}, "quotas[0].name", "characters"),
        ({"quotas": [{"name": "q"}]}, "quotas[0]", "limit"),
        (
            {"scenario_rules": [{"scenario": 3}]},
            "scenario_rules[0].scenario",
            "a text or an object",
        ),
    ],
)
def test_a_wrong_field_is_422_with_its_path_and_what_is_right(
    client: httpx.Client, body: Any, field: str, expected: str
) -> None:
    problem = _problem(client.post("/_mock/v1/sandboxes", json=body), 422)
    assert problem["field"] == field
    assert expected in problem["expected"]


def test_the_value_is_shown_and_cut_where_it_is_long(client: httpx.Client) -> None:
    problem = _problem(client.patch(HERE, json={"speed": -3}), 422)
    assert problem["value"] == -3
    problem = _problem(client.patch(HERE, json={"seed": "x" * 5000}), 422)
    assert len(problem["value"]) < 100


@pytest.mark.parametrize("bad", ["", "with space", "clé", "x" * 257, "sk-mock-invalid"])
def test_a_bad_key_is_refused_and_never_echoed(client: httpx.Client, bad: str) -> None:
    problem = _problem(client.post("/_mock/v1/sandboxes", json={"api_key": bad}), 422)
    assert (problem["field"], problem["value"]) == ("api_key", "…")


def test_a_taken_id_or_key_is_refused(control: Control) -> None:
    made = control.create_sandbox()
    with pytest.raises(ControlError) as caught:
        control.create_sandbox(id=made.id)
    assert caught.value.field == "id"
    with pytest.raises(ControlError) as caught:
        control.create_sandbox(api_key=made.api_key)
    assert caught.value.field == "keys"


def test_a_body_over_a_mebibyte_is_413(client: httpx.Client) -> None:
    body = b'{"label": "' + b"x" * (1024 * 1024) + b'"}'
    _problem(client.post("/_mock/v1/sandboxes", content=body), 413)
    assert client.get(HERE).status_code == 200


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/_mock/v1/sandboxs", "sandboxes"),
        ("/_mock/v1/sandboxes/", "sandboxes"),
        ("/_mock/v1", ""),
        ("/_mock/v2/health", "health"),
    ],
)
def test_an_unknown_path_is_404_with_the_nearest(
    client: httpx.Client, path: str, hint: str
) -> None:
    assert hint in _problem(client.get(path), 404)["detail"]


def test_a_wrong_method_is_405_and_names_the_right_ones(client: httpx.Client) -> None:
    reply = client.delete("/_mock/v1/sandboxes")
    _problem(reply, 405)
    assert reply.headers["allow"] == "GET, POST"
    _problem(client.options("/_mock/v1/sandboxes"), 405)


def test_head_is_served_by_get(client: httpx.Client) -> None:
    reply = client.head(HERE)
    assert (reply.status_code, reply.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/sandboxes/nobody", "/sandboxes/nobody/clock", "/sandboxes/current/tasks/no"]
)
def test_what_does_not_exist_is_404(client: httpx.Client, path: str) -> None:
    assert "there is no" in _problem(client.get(f"/_mock/v1{path}"), 404)["detail"]


def test_current_without_a_key_is_refused(server: Running) -> None:
    reply = httpx.get(f"{server.base_url}{HERE}", trust_env=False)
    assert _problem(reply, 422)["field"] == "Authorization"


def test_current_with_a_key_that_is_refused_on_purpose_is_401(server: Running) -> None:
    headers = {"authorization": "sk-mock-invalid-1"}
    _problem(httpx.get(f"{server.base_url}{HERE}", headers=headers, trust_env=False), 401)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=-1", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("after=²", "after"),
        ("satus=200", "satus"),
        ("status=2xx", "status"),
    ],
)
def test_a_wrong_query_is_422(client: httpx.Client, query: str, field: str) -> None:
    assert _problem(client.get(f"{HERE}/journal?{query}"), 422)["field"] == field


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"by": "1s", "to": "next_event"},
        {"by": "-1s"},
        {"by": "soon"},
        {"by": "99999999d"},
        {"to": "somewhere"},
        {"to": 3.5},
        {"by": "1s", "task": "t"},
    ],
)
def test_an_advance_to_nowhere_is_422(client: httpx.Client, body: dict[str, Any]) -> None:
    _problem(client.post(f"{HERE}/clock/advance", json=body), 422)


def test_nobody_who_answers_is_one_line() -> None:
    with Control("http://127.0.0.1:1") as nobody, pytest.raises(ControlError) as caught:
        nobody.health()
    assert caught.value.status == 0
    assert "\n" not in str(caught.value)
