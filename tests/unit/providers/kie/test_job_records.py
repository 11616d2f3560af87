"""The record of a job: the recorded fields in their order, and what dialects change."""

import json
from typing import Any

import pytest

from mockserver.domain.job.plan import Results, State, state_at
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Found
from mockserver.domain.provider.provider import Context
from mockserver.providers.kie.status import FAILURES
from tests.unit.providers.kie.calls import CREATED_MS, DONE_MS, TASK_ID, context, replied, task

MEDIA = f"http://127.0.0.1:8080/media/sb1/{TASK_ID}"
INPUT = {"prompt": "A cat", "duration": 8, "model": "veo3_fast"}
PARAM = (
    '{"input":"{\\"duration\\":8,\\"model\\":\\"veo3_fast\\",\\"prompt\\":\\"A cat\\"}",'
    '"model":"veo-3-1"}'
)


def job(results: Results | None = None, *, failure: str = "", **changes: Any) -> Task:
    fields = {"operation": "create_task", "params": INPUT} | changes
    return task(results, failure=failure, **fields)


def record(of: Task, context_: Context) -> Any:
    state = state_at(of.plan, context_.now_ms)
    body = replied("task_record", Found(of, state), context_)
    assert list(body.items())[:2] == [("code", 200), ("msg", "success")]
    return body["data"]


def test_a_job_at_work_reads_as_it_was_recorded() -> None:
    assert list(record(job(), context(now_ms=CREATED_MS + 9000)).items()) == [
        ("taskId", TASK_ID),
        ("model", "veo-3-1"),
        ("state", "waiting"),
        ("param", PARAM),
        ("resultJson", ""),
        ("failCode", None),
        ("failMsg", None),
        ("costTime", None),
        ("completeTime", None),
        ("createTime", CREATED_MS),
        ("creditsConsumed", 60.0),
        ("operationType", "veo-3-1"),
        ("successFlag", 0),
        ("paramJson", PARAM),
    ]


def test_a_finished_job_holds_its_links_twice() -> None:
    data = record(job(created_ms=CREATED_MS + 1), context())
    assert list(data)[-3:] == ["response", "successFlag", "paramJson"]
    assert data["resultJson"] == f'{{"resultUrls":["{MEDIA}-0-720p.mp4"]}}'
    assert data["response"] == json.loads(data["resultJson"])
    assert (data["completeTime"], data["costTime"]) == (DONE_MS, 99), "whole seconds, rounded down"


@pytest.mark.parametrize("resolution", ["1080p", "4k"])
def test_a_better_resolution_has_two_lists_in_an_envelope(resolution: str) -> None:
    data = record(job(resolution=resolution), context())
    assert data["resultJson"] == (
        f'{{"code":200,"data":{{"origin_urls":["{MEDIA}-0-720p.mp4"],'
        f'"result_urls":["{MEDIA}-0-{resolution}.mp4"]}}}}'
    )


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_job_says_why_in_texts(name: str) -> None:
    data = record(job(failure=name), context())
    assert (data["state"], data["successFlag"]) == ("fail", 3)
    assert (data["failCode"], data["failMsg"]) == (
        str(FAILURES[name].code),
        FAILURES[name].message,
    )
    assert (data["costTime"], data["completeTime"]) == (0, DONE_MS)
    assert (data["creditsConsumed"], data["resultJson"]) == (0.0, "")


@pytest.mark.parametrize(
    ("urls", "low", "high"),
    [
        ("absent", {}, {"code": 200, "data": {}}),
        (
            "empty",
            {"resultUrls": []},
            {"code": 200, "data": {"origin_urls": [], "result_urls": []}},
        ),
    ],
)
def test_a_success_may_lack_its_links(urls: Any, low: object, high: object) -> None:
    assert record(job(Results(urls=urls)), context())["response"] == low
    assert record(job(Results(urls=urls), resolution="4k"), context())["response"] == high


def test_the_documented_states_are_a_dialect() -> None:
    told = {
        span_ms: record(job(), context(now_ms=CREATED_MS + span_ms, job_states="documented"))
        for span_ms in (0, 2499, 2500, 4999, 5000, 99_999, 100_000)
    }
    assert [(span_ms, data["state"]) for span_ms, data in told.items()] == [
        (0, "waiting"),
        (2499, "waiting"),
        (2500, "queuing"),
        (4999, "queuing"),
        (5000, "generating"),
        (99_999, "generating"),
        (100_000, "success"),
    ]


def test_a_word_that_no_document_lists_stands_for_itself() -> None:
    state = State("running", 50.0, CREATED_MS, None, "resting")
    assert replied("task_record", Found(job(), state), context())["data"]["state"] == "resting"


def test_the_callback_s_url_is_part_of_what_was_asked() -> None:
    data = record(job(callback_url="https://a.example/cb"), context())
    assert list(json.loads(data["param"])) == ["input", "callBackUrl", "model"]
