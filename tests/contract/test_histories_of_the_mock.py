"""Under every lawful scenario and any moves of the clock, jobs and callbacks obey the contracts."""

from __future__ import annotations

import itertools
from contextlib import closing

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import contracts
from contracts.operations import find_operation
from contracts.problem import at_pointer
from contracts.verifier.catalogue import find_subject
from contracts.verifier.listener import Listener
from mockserver.app import Running
from mockserver.control import Control
from tests.support.serving import settings as server_settings

SCENARIOS = ("succeed", "fail", "slow", "slow_queue", "instant", "stall")
MINUTE_MS = 60_000
_numbers = itertools.count(1)
FEW = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def host():
    running = Running(server_settings(clock="manual"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def listener():
    listening = Listener()
    listening.url = listening.start()
    yield listening
    listening.stop()


def create(host, provider, key, callback_url):
    subject = find_subject(provider)
    headers = {"authorization": key if provider == "apiyi" else f"Bearer {key}"}
    client = httpx.Client(base_url=f"{host.base_url}/{provider}", headers=headers, trust_env=False)
    body = subject.create_body(subject.model, callback_url)
    created = client.post(subject.create_path, json=body)
    return client, created, at_pointer(created.json(), subject.task_id)[1]


def conforms(provider, reply):
    path = reply.request.url.path
    operation = find_operation(provider, reply.request.method, path)
    return operation.judge_reply(reply.status_code, reply.headers["content-type"], reply.content)


JOBS = [(provider, scenario) for provider in contracts.providers() for scenario in SCENARIOS]


@pytest.mark.parametrize(("provider", "scenario"), JOBS)
def test_a_job_obeys_its_life_cycle_however_time_moves(host, listener, provider, scenario):
    @FEW
    @given(st.lists(st.integers(0, 4 * MINUTE_MS), min_size=3, max_size=8))
    def under(moves):
        key = f"sk-history-{next(_numbers)}"
        with Control(host.base_url, key=key) as control:
            assert {s.name for s in control.scenarios() if s.lawful} >= set(SCENARIOS)
            control.set_scenario(scenario)
            client, created, task_id = create(host, provider, key, listener.url)
            with closing(client):
                history = watch(control, client, provider, created, task_id, moves)
            assert contracts.check_history(provider, history) == []
            is_told = bool(find_subject(provider).callback_id) and scenario != "stall"
            assert len(judge_deliveries(listener, provider, task_id)) == is_told

    under()


def watch(control, client, provider, created, task_id, moves):
    assert conforms(provider, created) == []
    at_ms = 0
    history = [contracts.observe(provider, created.json(), at_ms)]
    for move_ms in [*moves, 20 * MINUTE_MS, 15 * 24 * 60 * MINUTE_MS]:
        if move_ms:
            control.advance(f"{move_ms}ms")
        at_ms += move_ms
        reply = client.get(find_subject(provider).poll_path.format(id=task_id))
        assert conforms(provider, reply) == []
        seen = contracts.observe(provider, reply.json(), at_ms)
        assert seen is not None, reply.text
        history.append(seen)
    return [seen for seen in history if seen is not None]


def judge_deliveries(listener, provider, task_id):
    subject = find_subject(provider)
    came = [
        delivery
        for delivery in listener.deliveries
        if subject.callback_id and at_pointer(delivery.json, subject.callback_id)[1] == task_id
    ]
    message = subject.callback_message
    assert [p for one in came for p in contracts.validate(provider, message, one.json)] == []
    return came


@pytest.mark.parametrize("provider", ["kie", "xcompute"])
@pytest.mark.parametrize("scenario", ["succeed", "fail"])
def test_the_callback_of_a_job_conforms(host, listener, provider, scenario):
    key = f"sk-callback-{next(_numbers)}"
    with Control(host.base_url, key=key) as control:
        control.set_scenario(scenario)
        client, _, task_id = create(host, provider, key, listener.url)
        with closing(client):
            control.advance("1h")
    assert len(judge_deliveries(listener, provider, task_id)) == 1
