"""The control API does what its document says: every route, every reply, every refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck
from hypothesis import settings as effort
from openapi_spec_validator import validate
from schemathesis.specs.openapi import checks

from mockserver import admin
from mockserver.admin.http.call import PREFIX
from mockserver.app import Running
from tests.support import control_reference
from tests.support.serving import settings
from tests.support.some import some
from tests.support.tapes import created, told, written

DOCUMENT = yaml.safe_load(control_reference.SOURCE.read_text("utf-8"))
LABELS = sorted(
    f"{method.upper()} {path}"
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if method != "parameters"
)
WHOLE = schemathesis.openapi.from_dict(DOCUMENT)
ENDLESS = "/events"  # its reply has no end: `integration/events` holds it to what is said of it
SCHEMA = WHOLE.exclude(path=ENDLESS)
HEADERS = {"authorization": "Bearer sk-document"}
# Names of scenarios, providers and tasks are words that a schema cannot know: 422 and 404 are right.
MISJUDGED = [checks.positive_data_acceptance]


@SCHEMA.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Most calls are to reach the sandbox that there is."""
    if path_parameters and "sandbox" in path_parameters:
        return {**path_parameters, "sandbox": "current"}
    return path_parameters


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of this module's own: the calls below make sandboxes as they please."""
    folder = tmp_path_factory.mktemp("tapes")
    written(folder / "cat.har", [created(0, "task_a", "a cat"), told(9, "task_a", status="failed")])
    running = Running(settings(clock="manual", tapes=str(folder)))
    yield running
    running.stop()


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    """A client whose sandbox has a job of every kind behind it, so that no list is empty."""
    with httpx.Client(base_url=running.base_url, headers=HEADERS, trust_env=False) as client:
        here = f"{PREFIX}/sandboxes/current"
        client.delete(here)  # generated calls may have left it with a clock at its end
        hook = "http://127.0.0.1:9/callback"
        for prompt in ("a", "a [mock:instant]", "a [mock:fail]", "a [mock:stall]"):
            body = {"model": "veo3_fast", "prompt": prompt, "callBackUrl": hook}
            assert client.post("/kie/api/v1/veo/generate", json=body).json()["code"] == 200
        client.post("/apiyi/v1/videos", content=b"\xff")
        rules = [{"scenario": "slow", "when": {"prompt": "b"}}]
        changes = {
            "scenario_rules": rules,
            "dialect": {"apiyi": {"task_id": "task"}},
            "balances": {"kie": 1000},
            "quotas": [{"name": "q", "limit": 9, "window": "1s"}],
        }
        assert client.patch(here, json=changes).status_code == 200
        rule = {"fault": "http_error", "when": {"call_phase": "poll", "progress": [10, 90]}}
        assert client.post(f"{here}/faults", json=rule).status_code == 201
        assert client.post(f"{here}/clock/advance", json={"by": "10m"}).status_code == 200
        for task in client.get(f"{here}/tasks").json()["tasks"]:
            query = {"taskId": task["id"], "index": 0}
            client.get("/kie/api/v1/veo/get-1080p-video", params=query)
        yield client
        client.delete(here)


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_the_server_hands_out_the_document_that_describes_it(client: httpx.Client) -> None:
    served = client.get(f"{PREFIX}/openapi.json").json()
    assert served.pop("servers") == [{"url": PREFIX}]
    assert served == {name: part for name, part in DOCUMENT.items() if name != "servers"}


def test_every_route_is_described_and_every_description_is_a_route() -> None:
    assert (
        sorted(f"{call.operation.method} {call.operation.path}" for call in admin.calls()) == LABELS
    )


def test_every_call_has_a_name_of_its_own_and_a_summary() -> None:
    operations = [
        operation
        for item in DOCUMENT["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert all(operation["summary"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def arrays(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an array, at any depth."""
    if isinstance(schema, list):
        for item in schema:
            yield from arrays(item)
    elif isinstance(schema, dict):
        if schema.get("type") == "array":
            yield schema
        for item in schema.values():
            yield from arrays(item)


def test_every_array_says_what_its_items_are() -> None:
    found = list(arrays(DOCUMENT["components"]))
    assert [array for array in some(found) if not isinstance(array.get("items"), dict)] == []


def test_every_read_is_as_described_when_there_is_something_to_show(client: httpx.Client) -> None:
    here = f"{PREFIX}/sandboxes/current"
    names = {
        "sandbox": "current",
        "task": client.get(f"{here}/tasks").json()["tasks"][0]["id"],
        "rule": client.get(f"{here}/faults").json()["rules"][0]["id"],
        "entry": client.get(f"{here}/journal?kind=exchange").json()["entries"][0]["seq"],
        "fault": "http_error",
        "profile": "flaky",
        "provider": "kie",
        "tape": "cat.har",
    }
    reads = [label.removeprefix("GET ") for label in LABELS if label.startswith("GET ")]
    reads.remove(ENDLESS)
    for path in some(reads):
        reply = client.get(PREFIX + path.format(**names))
        assert reply.status_code == 200, path
        SCHEMA[path]["GET"].validate_response(reply)


def test_every_event_is_as_described(client: httpx.Client) -> None:
    schema = {"$ref": "#/components/schemas/Event", "components": DOCUMENT["components"]}
    entries = client.get(f"{PREFIX}/sandboxes/current/journal").json()["total"]
    query: dict[str, str | int] = {"sandbox": "current", "after": "0", "limit": entries + 8}
    reply = client.get(PREFIX + ENDLESS, params=query)
    lines = [line for line in reply.text.splitlines() if line.startswith("data: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    for event in some(events):
        jsonschema.validate(event, schema, jsonschema.Draft202012Validator)
    assert {"exchange", "phase", "delivery", "clock", "control"} <= {e["kind"] for e in events}


@SCHEMA.parametrize()
@effort(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_whatever_is_sent_the_reply_is_as_described(case: Any, running: Running) -> None:
    reply = case.call(base_url=running.base_url + PREFIX, headers=HEADERS)
    case.validate_response(reply, excluded_checks=MISJUDGED, headers=HEADERS)
