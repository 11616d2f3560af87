"""schemathesis follows the links from a creation to its status and its content, over a socket."""

from __future__ import annotations

import itertools

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

import contracts
from contracts.operations import find_operation
from mockserver.app import Running
from tests.contract.test_generated_requests import CHECKS
from tests.support.serving import settings as server_settings

_numbers = itertools.count(1)
FEW = settings(
    max_examples=6,
    stateful_step_count=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def host():
    running = Running(server_settings(clock="auto"))
    yield running
    running.stop()


@pytest.mark.parametrize("provider", contracts.providers())
def test_walks_along_the_links_get_documented_replies(host, provider):
    schema = schemathesis.openapi.from_path(contracts.openapi_path(provider))
    key = f"sk-walk-{next(_numbers)}"
    headers = {"authorization": key if provider == "apiyi" else f"Bearer {key}"}
    followed: list[str] = []

    class Walk(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": headers, "base_url": f"{host.base_url}/{provider}"}

        def validate_response(self, response, case, **kwargs):
            case.validate_response(response, checks=CHECKS)
            operation = find_operation(provider, case.method, case.operation.path)
            kind = response.headers.get("content-type", [""])[0]
            assert operation.judge_reply(response.status_code, kind, response.content) == []
            if b"processing" in response.content or b'"successFlag":' in response.content:
                followed.append(operation.name)

    Walk.run(settings=FEW)
    assert followed, "no walk reached a job that exists"
