"""A provider can have several APIs side by side, which differ in words and know other tasks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver.control import Control
from tests.support.guest_providers import Serve, Serving

VEO, JOBS = "/api/v1/veo", "/api/v2/jobs"
SECOND = """
from mockserver.providers.kie import decode


def named(content):
    return text_at(content, "job")


JUDGING = Judging(http_status, named, no_task, id_field="job")
JOBS = Api("jobs", JUDGING, PollAdvice(interval_ms=60_000, deadline_ms=600_000))


def create(inbound, context):
    if text_at(inbound.json_object(), "better"):
        return UpgradeVideo(text_at(inbound.json_object(), "better"), "4k", 0, run=seconds(1, 1, 1))
    return decode.generate(inbound, context)


def created(outcome, inbound, context):
    return json_reply(200, {"code": 500, "job": outcome.task.id, "kind": type(outcome).__name__})


def shown(outcome, inbound, context):
    return json_reply(200, {"code": 500, "job": outcome.task.id, "phase": outcome.state.phase})


OPERATIONS = (
    *KIE.operations,
    Operation("create_job", "POST", "/api/v2/jobs", "create", create, created, api=JOBS),
    Operation(
        "job", "GET", "/api/v2/jobs/{job}", "poll",
        lambda inbound, context: Read(inbound.params["job"]), shown, "job", api=JOBS,
    ),
)
"""
KEY = {"authorization": "Bearer sk-guest-0123456789"}
CAT = {"prompt": "a cat"}


def post(guest: Serving, path: str, body: dict[str, Any]) -> httpx.Response:
    return httpx.post(guest.url + path, json=body, headers=KEY, trust_env=False)


def get(guest: Serving, path: str) -> httpx.Response:
    return httpx.get(guest.url + path, headers=KEY, trust_env=False)


@pytest.fixture
def guest(serve: Serve) -> Serving:
    return serve("operations=OPERATIONS", SECOND)


def test_each_api_answers_in_its_own_words(guest: Serving) -> None:
    first = post(guest, f"{VEO}/generate", CAT).json()["data"]["taskId"]
    second = post(guest, JOBS, CAT).json()["job"]
    assert get(guest, f"{VEO}/record-info?taskId={first}").json()["data"]["successFlag"] == 0
    assert get(guest, f"{JOBS}/{second}").json()["phase"] == "queued"


def test_no_api_knows_the_tasks_of_the_other(guest: Serving) -> None:
    first = post(guest, f"{VEO}/generate", CAT).json()["data"]["taskId"]
    second = post(guest, JOBS, CAT).json()["job"]
    for strange in (f"{VEO}/record-info?taskId={second}", f"{JOBS}/{first}"):
        assert "no such task" in get(guest, strange).headers["x-mock-reason"], strange


def test_one_call_can_ask_for_things_of_several_kinds(guest: Serving) -> None:
    job = post(guest, JOBS, CAT).json()["job"]
    refused = post(guest, JOBS, {"better": job})
    expected = "job: the original is queued, expected succeeded"
    assert refused.headers["x-mock-reason"] == expected
    with Control(guest.base_url) as control:
        (sandbox,) = control.sandboxes()
        control.advance("10m", sandbox=sandbox.id)
    better = post(guest, JOBS, {"better": job}).json()
    assert (better["job"], better["kind"]) == (job, "Upgraded")
