"""In mode auto every reply about a task moves the clock to the task's next step."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.struck import Struck

POLLS = 8
RULE = {"fault": "http_error", "with": {"status": 500}}


def _statuses(auto: Struck, task_id: str, polls: int = POLLS) -> list[tuple[int, str | None]]:
    """Status and status word of every poll, up to success."""
    seen: list[tuple[int, str | None]] = []
    while len(seen) < polls and (not seen or seen[-1][1] != "completed"):
        reply = auto.status(task_id)
        seen.append((reply.status_code, reply.json().get("status")))
    return seen


def test_an_id_that_is_unknown_at_first_becomes_known(auto: Struck) -> None:
    created_ms = auto.now_ms()
    task_id = auto.job("a cat [mock:unknown_at_first for=3s]")
    seen, stops_ms = [], []
    while len(seen) < POLLS and (200, "completed") not in seen:
        seen += _statuses(auto, task_id, 1)
        stops_ms.append(auto.now_ms() - created_ms)
    assert seen[0] == (404, None)
    assert seen[-1] == (200, "completed")
    assert 3000 in stops_ms


def test_content_that_is_asked_for_too_early_gets_ready(auto: Struck) -> None:
    task_id = auto.job("a cat [mock:content_late by=10m]")
    replies = [auto.http.get(f"/apiyi/v1/videos/{task_id}/content") for _ in range(POLLS)]
    assert replies[0].status_code != 200
    assert replies[-1].status_code == 200


def test_a_poll_does_not_move_the_clock_past_content_that_is_late(auto: Struck) -> None:
    task_id = auto.job("a cat [mock:content_late by=10m]")
    assert _statuses(auto, task_id)[-1] == (200, "completed")
    path = f"/apiyi/v1/videos/{task_id}/content"
    assert [auto.http.get(path).status_code for _ in range(2)] == [400, 200]


def test_a_download_that_is_not_ready_gets_ready(auto: Struck) -> None:
    body = {"prompt": "a cat [mock:content_late by=10m]"}
    created = auto.http.post("/kie/api/v1/veo/generate", json=body)
    query = {"taskId": created.json()["data"]["taskId"]}
    for _ in range(POLLS):
        told = auto.http.get("/kie/api/v1/veo/record-info", params=query).json()["data"]
    (url,) = told["response"]["resultUrls"]
    assert [auto.http.get(url).status_code for _ in range(2)] == [404, 200]


def test_an_upgrade_that_is_asked_for_too_early_gets_ready(auto: Struck) -> None:
    created = auto.http.post("/kie/api/v1/veo/generate", json={"prompt": "a cat [mock:instant]"})
    body = {"taskId": created.json()["data"]["taskId"]}
    replies = [auto.http.post("/kie/api/v1/veo/get-4k-video", json=body) for _ in range(2)]
    assert [bool(reply.json()["data"]["resultUrls"]) for reply in replies] == [False, True]


def test_a_job_that_is_extended_too_early_can_be_extended_later(auto: Struck) -> None:
    body = {"prompt": "a cat"}
    created = auto.http.post("/kie/api/v1/veo/generate", json=body)
    more = {"taskId": created.json()["data"]["taskId"], "prompt": "it lands"}
    codes = [
        auto.http.post("/kie/api/v1/veo/extend", json=more).json()["code"] for _ in range(POLLS)
    ]
    assert codes[0] != 200
    assert codes[-1] == 200


@pytest.mark.parametrize(
    "when", [{"progress": [40, 60]}, {"progress": [40, 60], "job_phase": "running"}]
)
def test_a_range_of_progress_that_a_rule_waits_for_is_a_stop(
    auto: Struck, when: dict[str, Any]
) -> None:
    auto.set(RULE | {"when": when, "times": 1})
    seen = _statuses(auto, auto.job())
    assert [status for status, _ in seen].count(500) == 1
    assert seen[-1] == (200, "completed")


def test_a_rule_for_another_job_is_no_stop_for_this_one(auto: Struck) -> None:
    plain = _statuses(auto, auto.job())
    auto.set(RULE | {"when": {"progress": [40, 60], "prompt": "dog"}})
    assert _statuses(auto, auto.job()) == plain
    auto.set(RULE | {"when": {"progress": [40, 60], "provider": "kie"}})
    assert _statuses(auto, auto.job()) == plain


def test_a_spent_rule_is_no_stop(auto: Struck) -> None:
    plain = _statuses(auto, auto.job())
    auto.set(RULE | {"when": {"progress": [40, 60]}, "times": 1})
    assert len(_statuses(auto, auto.job())) > len(plain)
    assert _statuses(auto, auto.job()) == plain


def test_an_expired_record_is_a_stop_only_for_a_rule_that_waits_for_it(auto: Struck) -> None:
    task_id = auto.job("a cat [mock:instant]")
    auto.set(RULE | {"when": {"job_phase": "running"}})
    assert [auto.status(task_id).status_code for _ in range(3)] == [200, 200, 200]
    auto.set(RULE | {"when": {"job_phase": "expired"}, "times": 1})
    assert [auto.status(task_id).status_code for _ in range(3)] == [200, 500, 404]


def test_a_phase_in_which_every_poll_fails_comes_to_its_end(auto: Struck) -> None:
    auto.set(RULE | {"when": {"job_phase": "running"}})
    assert (500, None) in (seen := _statuses(auto, auto.job()))
    assert seen[-1] == (200, "completed")


def test_a_fault_that_waits_for_no_moment_leaves_the_clock_where_it_is(auto: Struck) -> None:
    task_id = auto.job()
    auto.set(RULE | {"when": {"operation": "status"}})
    before_ms = auto.now_ms()
    assert auto.status(task_id).status_code == 500
    assert auto.now_ms() == before_ms
