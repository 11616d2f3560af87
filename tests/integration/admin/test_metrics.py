"""`/_mock/metrics`: every series is there after a job with a fault and a callback; the guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockserver.app import Running
from mockserver.control import Control
from tests.support.receiver import Receiver
from tests.support.serving import settings

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


@contextmanager
def running(**changes: object) -> Iterator[str]:
    """The base URL of a server of one's own."""
    server = Running(settings(clock="manual", **changes))
    try:
        yield server.base_url
    finally:
        server.stop()


def scraped(base_url: str) -> Series:
    """Every sample by its name and labels."""
    reply = httpx.get(f"{base_url}/_mock/metrics", trust_env=False)
    assert reply.status_code == 200, reply.text
    families = text_string_to_metric_families(reply.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def sample(series: Series, name: str, **labels: str) -> float | None:
    """One sample, None where there is none."""
    return series.get((name, frozenset(labels.items())))


def test_a_job_with_a_fault_and_a_callback_is_counted_in_every_series() -> None:
    kie = {"provider": "kie"}
    with (
        running(metrics=True) as base_url,
        closing(Receiver()) as receiver,
        Control(base_url, key="sk-1") as control,
        httpx.Client(
            base_url=base_url, headers={"authorization": "Bearer sk-1"}, trust_env=False
        ) as client,
    ):
        body = {"prompt": "a cat", "callBackUrl": receiver.url}
        task_id = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
        control.add_fault({"fault": "http_error", "with": {"status": 503}, "times": 1})
        path = "/kie/api/v1/veo/record-info"
        answers = [client.get(path, params={"taskId": task_id}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503, 200, 200]
        control.advance("1h")
        series = scraped(base_url)
    requests = {"operation": "record_info", **kie}
    assert sample(series, "reelmock_requests_total", status="503", **requests) == 1
    assert sample(series, "reelmock_requests_total", status="200", **requests) == 2
    assert sample(series, "reelmock_callbacks_total", state="acknowledged", **kie) == 1
    for word in ("applied", "struck", "fired"):
        assert sample(series, f"reelmock_faults_{word}_total", fault="http_error") == 1
    assert sample(series, "reelmock_tasks", phase="succeeded", **kie) == 1
    assert sample(series, "reelmock_streams_open") == 0
    assert sample(series, "reelmock_journal_dropped_total") == 0
    assert (sample(series, "reelmock_store_calls_total", method="commit") or 0) > 0
    assert (sample(series, "reelmock_store_seconds_total", method="commit") or 0) > 0


def test_a_reply_that_never_left_is_counted_as_none_and_what_struck_beside_what_applied() -> None:
    with (
        running(metrics=True) as base_url,
        Control(base_url, key="sk-1") as control,
        httpx.Client(
            base_url=base_url, headers={"authorization": "Bearer sk-1"}, trust_env=False
        ) as client,
    ):
        job = {"model": "veo-3.1", "prompt": "a cat"}
        path = f"/apiyi/v1/videos/{client.post('/apiyi/v1/videos', json=job).json()['id']}"
        control.add_fault({"fault": "no_answer", "times": 1})
        with pytest.raises(httpx.ReadTimeout):
            client.get(path, timeout=0.2)
        control.add_fault({"fault": "close_idle", "with": {"after": "0s"}})
        once = {
            "authorization": "Bearer sk-1",
            "connection": "close",
        }  # its connection is never idle
        httpx.get(base_url + path, headers=once, trust_env=False)
        client.get(path)
        list(control.entries())  # waits until what left is written down
        series = scraped(base_url)
    requests = {"provider": "apiyi", "operation": "status"}
    assert sample(series, "reelmock_requests_total", status="none", **requests) == 1
    assert sample(series, "reelmock_requests_total", status="200", **requests) == 2
    faults = ("reelmock_faults_applied_total", "reelmock_faults_struck_total")
    assert [sample(series, name, fault="no_answer") for name in faults] == [1, 1]
    assert [sample(series, name, fault="close_idle") for name in faults] == [2, 1]


def test_the_store_that_is_counted_keeps_its_name() -> None:
    with running(metrics=True) as base_url, Control(base_url) as control:
        assert control.health()["store"] == settings().store.partition(":")[0]


@pytest.mark.parametrize(
    ("changes", "token", "status"),
    [
        ({}, "", 404),
        ({"metrics": True, "admin_token": "s3cret"}, "", 401),
        ({"metrics": True, "admin_token": "s3cret"}, "wrong", 401),
        ({"metrics": True, "admin_token": "s3cret"}, "s3cret", 200),
        ({"metrics_open": True, "admin_token": "s3cret"}, "", 200),
    ],
)
def test_who_may_read_them(changes: dict[str, object], token: str, status: int) -> None:
    headers = {"x-mock-admin-token": token} if token else {}
    with running(**changes) as base_url:
        reply = httpx.get(f"{base_url}/_mock/metrics", headers=headers, trust_env=False)
    assert reply.status_code == status
