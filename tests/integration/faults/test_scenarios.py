"""What becomes of a job, seen through each provider's own calls from its creation to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.registry import Registry
from tests.support.some import some
from tests.support.struck import VIDEOS, Struck

SCENARIOS = Registry[Scenario]("mockserver.scenarios", "SCENARIO")
FATES = [name for name in SCENARIOS.names() if name != "refuse"]
KIE = "/kie/api/v1/veo"
XCOMPUTE = "/xcompute/v1"


def polls(struck: Struck, provider: str, prompt: str) -> Iterator[httpx.Response]:
    """Answers to a job's status query over its whole life."""
    http = struck.http
    if provider == "apiyi":
        path = f"{VIDEOS}/{struck.job(prompt)}"
    elif provider == "kie":
        created = http.post(f"{KIE}/generate", json={"prompt": prompt}).json()
        path = f"{KIE}/record-info?taskId={created['data']['taskId']}"
    else:
        body = {"model": "veo3.1-fast", "prompt": prompt}
        created = http.post(f"{XCOMPUTE}/videos/generations", json=body).json()
        path = f"{XCOMPUTE}/tasks/{created['data'][0]['task_id']}"
    for span in ("0s", "5s", "30s", "60s", "90s", "10m", "15m", "30d"):
        struck.control.advance(span)
        yield http.get(path)


@pytest.mark.parametrize("provider", ["apiyi", "kie", "xcompute"])
@pytest.mark.parametrize("name", FATES)
def test_every_fate_is_told_in_every_providers_own_words(
    struck: Struck, provider: str, name: str
) -> None:
    for reply in some(polls(struck, provider, f"a cat [mock:{name}]")):
        assert reply.headers["content-type"].startswith("application/json"), reply.text
        assert reply.status_code < 500
        assert isinstance(reply.json(), dict)


def statuses(struck: Struck, prompt: str) -> list[Any]:
    """Each answer of APIYI's status query: the word, or the code of the refusal."""
    bodies = [reply.json() for reply in polls(struck, "apiyi", prompt)]
    return [body.get("status") or body["error"]["code"] for body in bodies]


def test_a_completed_job_fails_afterwards(struck: Struck) -> None:
    seen = statuses(struck, "[mock:completed_then_failed after=20m]")
    assert "completed" in seen
    assert "failed" in seen[seen.index("completed") :]


def test_an_id_is_unknown_at_first(struck: Struck) -> None:
    seen = statuses(struck, "[mock:unknown_at_first for=5s]")
    assert seen[0] == "video_not_found"
    assert seen[1] != "video_not_found"


def test_a_record_vanishes(struck: Struck) -> None:
    seen = statuses(struck, "[mock:vanish at=50%]")
    assert seen[2] == "processing"
    assert set(seen[5:]) == {"video_not_found"}


def test_a_status_word_that_no_document_lists(struck: Struck) -> None:
    assert "in_review" in statuses(struck, "[mock:strange_word]")


def test_a_job_is_cancelled(struck: Struck) -> None:
    told = [reply.json() for reply in polls(struck, "xcompute", "a cat [mock:cancelled]")]
    (last,) = [body["data"] for body in told[4:5]]
    assert (last["status"], "result" in last) == ("cancelled", False)
    assert last["error"]["message"] == "task cancelled"
    assert statuses(struck, "a cat [mock:cancelled]")[4] == "failed"
    told = [reply.json() for reply in polls(struck, "kie", "a cat [mock:cancelled]")]
    assert told[4]["data"]["errorMessage"] == "Failed - Video generation task failed"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("retired", {"code": "fail_to_fetch_task"}),
        ("paused", {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}),
    ],
)
def test_an_outage_fails_a_job_in_the_words_of_the_day(
    struck: Struck, name: str, error: dict[str, Any]
) -> None:
    last = [reply.json() for reply in polls(struck, "apiyi", f"a cat [mock:{name}]")][2]
    assert (last["status"], last["error"] | error) == ("failed", last["error"])
    assert statuses(struck, f"a cat [mock:{name} at=90%]")[:4].count("failed") == 0
    told = [reply.json() for reply in polls(struck, "kie", f"a cat [mock:{name}]")]
    assert told[2]["data"]["errorCode"] == 500


@pytest.mark.parametrize(("name", "status"), [("retired", 404), ("paused", 500)])
@pytest.mark.parametrize("call", ["videos", "chat"])
def test_an_outage_refuses_a_creation_where_it_is_asked_to(
    struck: Struck, call: str, name: str, status: int
) -> None:
    text = f"a cat [mock:{name} on=creation]"
    if call == "videos":
        reply = struck.http.post(VIDEOS, json={"model": "veo-3.1", "prompt": text})
    else:
        body = {"model": "veo-3.1", "messages": [{"role": "user", "content": text}]}
        reply = struck.http.post("/apiyi/v1/chat/completions", json=body)
    assert reply.status_code == status
    assert name in reply.headers["x-mock-reason"]


def test_an_outage_is_of_a_task_or_of_a_creation(struck: Struck) -> None:
    body = {"model": "veo-3.1", "prompt": "a cat [mock:paused on=sunday]"}
    reply = struck.http.post(VIDEOS, json=body)
    assert reply.json()["error"]["code"] == "invalid_prompt"
    assert "task or creation" in reply.headers["x-mock-reason"]


def test_an_outage_elsewhere_is_a_server_error(struck: Struck) -> None:
    body = {"model": "veo3.1-fast", "prompt": "a cat [mock:retired on=creation]"}
    reply = struck.http.post(f"{XCOMPUTE}/videos/generations", json=body)
    assert (reply.status_code, reply.json()["error"]["type"]) == (500, "server_error")


def test_a_slow_queue(struck: Struck) -> None:
    assert statuses(struck, "[mock:slow_queue for=10m]")[:5] == ["queued"] * 5


def content(struck: Struck, prompt: str, by: str = "10m") -> httpx.Response:
    task_id = struck.job(prompt)
    struck.control.advance(by)
    return struck.http.get(f"{VIDEOS}/{task_id}/content")


def test_content_is_late(struck: Struck) -> None:
    refused = content(struck, "[mock:content_late by=20m]")
    assert refused.json()["error"]["code"] == "video_not_ready"
    assert content(struck, "[mock:content_late by=1s]").status_code == 200


def test_a_success_without_its_videos(struck: Struck) -> None:
    assert "url" not in content(struck, "[mock:no_url]").json()
    assert content(struck, "[mock:empty_urls]").json()["url"] == ""
    broken = content(struck, "[mock:broken_url]").json()["url"]
    assert httpx.get(broken, trust_env=False).status_code == 404


def test_the_1080p_version_is_never_ready(struck: Struck) -> None:
    created = struck.http.post(f"{KIE}/generate", json={"prompt": "a cat [mock:hd_never]"}).json()
    struck.control.advance("13d")
    query = {"taskId": created["data"]["taskId"]}
    assert struck.http.get(f"{KIE}/get-1080p-video", params=query).json()["code"] != 200
