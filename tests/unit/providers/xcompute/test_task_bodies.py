"""The task as a query shows it, in each state and each dialect."""

from typing import Any

import pytest

import contracts
from mockserver.domain.job.plan import Results, state_at
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Found
from mockserver.domain.provider.provider import Inbound
from mockserver.providers.xcompute.encode import status
from tests.unit.providers.xcompute.calls import CREATED_MS, DONE_MS, TASK_ID, body_of, context, task

URL = f"http://127.0.0.1:8080/media/sb1/{TASK_ID}-0-720p.mp4"


def read(job: Task, now_ms: int = DONE_MS, language: str = "", **dialect: str) -> Any:
    """The body of a query at a virtual time."""
    found = Found(job, state_at(job.plan, now_ms))
    asked = Inbound("GET", "/", f"language={language}")
    return body_of(status(found, asked, context(now_ms=now_ms, **dialect)))


def test_a_finished_task_is_the_observed_one_with_its_cost() -> None:
    assert read(task()) == {
        "code": 200,
        "data": {
            "actual_time": 155,
            "completed": 1765001046,
            "cost": 0.14,
            "created": 1765000891,
            "credits_cost": 1.4,
            "estimated_time": 600,
            "id": TASK_ID,
            "progress": 100,
            "result": {"videos": [{"expires_at": 1765087446, "url": [URL]}]},
            "status": "completed",
        },
    }


def test_fields_come_in_the_observed_order() -> None:
    names = list(read(task())["data"])
    assert names == sorted(names)


def test_a_queued_task_is_pending_at_zero() -> None:
    body = read(task(), CREATED_MS)
    assert body["data"]["status"] == "pending"
    assert body["data"]["progress"] == 0
    assert contracts.validate("xcompute", "task_pending", body, strict=True) == []


def test_a_running_task_shows_a_whole_percentage() -> None:
    body = read(task(), DONE_MS - 1)
    assert body["data"]["status"] == "processing"
    assert body["data"]["progress"] == 90
    assert contracts.validate("xcompute", "task_processing", body, strict=True) == []


def test_a_failed_task_says_why_in_the_language_asked_for() -> None:
    body = read(task(failure="server_error"))
    assert body["data"]["error"] == {
        "code": 500,
        "message": "服务器内部错误，请稍后重试",
        "type": "server_error",
    }
    assert contracts.validate("xcompute", "task_failed", body, strict=True) == []
    english = read(task(failure="server_error"), language="en")
    assert english["data"]["error"]["message"] == "Internal server error, please try again later"


@pytest.mark.parametrize("now_ms", [CREATED_MS, DONE_MS - 1, DONE_MS])
@pytest.mark.parametrize("shape", ["wrapped", "flat"])
def test_the_shape_is_a_dialect(shape: str, now_ms: int) -> None:
    body = read(task(), now_ms, task_shape=shape)
    assert ("data" in body) == (shape == "wrapped")
    word = {"pending": "pending", "processing": "processing", "completed": "completed"}
    message = "task_" + word[body.get("data", body)["status"]]
    assert shape in contracts.dialects("xcompute", message, body)["task_shape"]


def test_the_running_word_is_a_dialect() -> None:
    assert read(task(), DONE_MS - 1, running_word="in_progress")["data"]["status"] == "in_progress"


def test_a_url_is_an_array_or_a_string_by_dialect() -> None:
    videos = read(task(), media_url="string")["data"]["result"]["videos"]
    assert videos == [{"expires_at": 1765087446, "url": URL}]


def test_the_cost_is_left_out_by_dialect() -> None:
    whole, bare = read(task())["data"], read(task(), cost_fields="off")["data"]
    assert whole.keys() - bare.keys() == {"cost", "credits_cost"}


def test_an_estimate_is_whole_seconds_and_never_too_short() -> None:
    assert read(task(estimated_ms=1))["data"]["estimated_time"] == 1


def test_results_may_be_absent_empty_or_short_where_a_scenario_says_so() -> None:
    assert "result" not in read(task(Results(urls="absent")))["data"]
    empty = read(task(Results(urls="empty")))["data"]["result"]["videos"]
    assert [video["url"] for video in empty] == [[""]]
    assert read(task(Results(failed_videos=(0,))))["data"]["result"] == {"videos": []}
