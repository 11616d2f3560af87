"""Generated requests over a real socket: every reply of the mock is a documented one.

schemathesis makes requests that fit the OpenAPI documents and requests that do not, and follows the
links from a creation to its status and its content. Of its checks those that read the reply are
used; where Kie carries errors in HTTP 200, `refused` reads the envelope instead of the status.
"""

from __future__ import annotations

import itertools
import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

import contracts
from contracts.operations import find_operation
from mockserver.app import Running
from tests.support.serving import settings as server_settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW = settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCHEMAS = {
    name: schemathesis.openapi.from_path(contracts.openapi_path(name))
    for name in contracts.providers()
}
OPERATIONS = [
    pytest.param(name, operation, mode, id=f"{name}-{operation.label}-{mode.value}")
    for name, schema in SCHEMAS.items()
    for operation in (result.ok() for result in schema.get_all_operations())
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or operation.body or operation.path_parameters
]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def host():
    running = Running(server_settings(clock="auto"))
    yield running
    running.stop()


def authorization(provider, key):
    return key if provider == "apiyi" else f"Bearer {key}"


def refused(provider, response):
    if provider == "kie":
        return response.json().get("code") != 200
    return response.status_code >= 400


def judge(provider, case, response):
    """Our own judgement beside the foreign one; the second half reads the envelope."""
    operation = find_operation(provider, case.method, case.operation.path)
    kind = response.headers.get("content-type", [""])[0]
    body = response.content
    assert operation.judge_reply(response.status_code, kind, body) == [], body[:300]
    message = operation.request_message()
    is_json = message is not None and case.media_type == "application/json"
    if is_json and problems(provider, message, response.request.body):
        assert refused(provider, response), (response.request.body, body[:300])


def problems(provider, message, wire):
    """What is wrong with a body as it was sent; one that is no JSON is wrong altogether."""
    try:
        sent = json.loads(wire or b"")
    except ValueError:
        return ["no JSON"]
    if isinstance(sent, dict):  # assumed, by every provider's README: null counts as absent
        required = contracts.schema(provider, message).get("required", [])
        sent = {name: v for name, v in sent.items() if v is not None or name in required}
    return contracts.validate(provider, message, sent)


@pytest.mark.parametrize(("provider", "operation", "mode"), OPERATIONS)
def test_a_generated_request_gets_a_documented_reply(host, provider, operation, mode):
    headers = {"authorization": authorization(provider, f"sk-generated-{next(_numbers)}")}
    base_url = f"{host.base_url}/{provider}"

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case):
        response = case.call(base_url=base_url, headers=headers)
        case.validate_response(response, checks=CHECKS)
        judge(provider, case, response)

    every()
