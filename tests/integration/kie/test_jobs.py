"""Kie's jobs API over a real socket: creation, record, links, credits, limits and callbacks."""

import json
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from mockserver.app import Running
from tests.integration.kie.calls import API, LONG_S, VEO, credit, downloaded, extend, generate
from tests.integration.kie.jobs_calls import JOBS, answer, asked, job, record, result
from tests.integration.xcompute.receiver import receiving
from tests.support.advancing import advance, change


def dialect(server: Running, client: httpx.Client, key: str, **values: str) -> None:
    credit(client)  # opens the sandbox
    change(server, key, lambda s: replace(s, dialect={"kie": values}))


def test_a_job_is_created_waits_and_ends_with_a_video(
    server: Running, client: httpx.Client, key: str
) -> None:
    reply = asked(client, aspect_ratio="9:16").json()
    task_id = reply["data"]["taskId"]
    assert reply == {
        "code": 200,
        "msg": "success",
        "data": {"taskId": task_id, "recordId": task_id},
    }
    assert record(client, task_id)["state"] == "waiting"
    advance(server, key, LONG_S)
    done = record(client, task_id)
    assert (done["state"], done["successFlag"]) == ("success", 1)
    assert done["response"] == json.loads(done["resultJson"])
    (url,) = done["response"]["resultUrls"]
    assert downloaded(url).headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("resolution", ["1080p", "4k"])
def test_a_better_resolution_has_the_720p_version_beside_it(
    client: httpx.Client, resolution: str
) -> None:
    task_id = job(client, prompt="a cat [mock:instant]", resolution=resolution)
    made = result(client, task_id)
    assert (list(made), made["code"]) == (["code", "data"], 200)
    assert list(made["data"]) == ["origin_urls", "result_urls"]
    (original,), (better,) = made["data"]["origin_urls"], made["data"]["result_urls"]
    assert len(downloaded(original).content) < len(downloaded(better).content)
    assert downloaded(better.replace(resolution, "720p")).url == original
    other = "4k" if resolution == "1080p" else "1080p"
    assert downloaded(better.replace(resolution, other)).status_code == 404


def test_a_job_that_fails_says_why_and_costs_nothing(
    server: Running, client: httpx.Client, key: str
) -> None:
    before = credit(client)
    task_id = job(client, prompt="a cat [mock:fail code=internal]")
    assert record(client, task_id)["creditsConsumed"] == 60
    assert credit(client) == before - 60
    advance(server, key, LONG_S)
    failed = record(client, task_id)
    assert (failed["state"], failed["successFlag"]) == ("fail", 3)
    assert failed["failCode"] == "500"
    assert failed["failMsg"] == "Internal Error, Please try again later."
    assert (failed["creditsConsumed"], failed["resultJson"]) == (0, "")
    assert "response" not in failed
    assert credit(client) == before


def test_each_tier_and_resolution_has_its_price(client: httpx.Client) -> None:
    prices = {
        "veo3_lite": {"720p": 30, "1080p": 35, "4k": 150},
        "veo3_fast": {"720p": 60, "1080p": 65, "4k": 180},
        "veo3": {"720p": 250, "1080p": 255, "4k": 370},
    }
    left, taken = credit(client), dict[str, dict[str, float]]()
    for tier, row in prices.items():
        for resolution in row:
            job(client, model=tier, resolution=resolution)
            now = credit(client)
            taken.setdefault(tier, {})[resolution] = left - now
            left = now
    assert taken == prices


def test_neither_api_knows_the_tasks_of_the_other(client: httpx.Client) -> None:
    new, old = job(client, prompt="[mock:instant]"), generate(client, "[mock:instant]")
    assert answer(client, old) == {"code": 422, "msg": "recordInfo is null", "data": None}
    reply = client.get(f"{VEO}/record-info", params={"taskId": new}).json()
    assert reply == {"code": 422, "msg": f"Record not found for taskId: {new}", "data": None}
    reply = client.post(f"{VEO}/extend", json={"taskId": new, "prompt": "on"}).json()
    assert reply["code"] == 404
    assert extend(client, old)
    url = result(client, new)["resultUrls"][0]
    fresh = client.post(f"{API}/common/download-url", json={"url": url}).json()
    assert fresh["code"] == 200, "a link is Kie's whichever API made it"


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", {"code": 400, "msg": "taskId parameter is required"}),
        ("?taskId=", {"code": 400, "msg": "taskId parameter is required"}),
        ("?taskId=x", {"code": 422, "msg": "recordInfo is null", "data": None}),
    ],
)
def test_a_record_that_cannot_be_shown_is_refused_with_http_200(
    client: httpx.Client, query: str, body: dict[str, Any]
) -> None:
    reply = client.get(f"{JOBS}/recordInfo{query}")
    assert (reply.status_code, reply.json()) == (200, body)
    assert reply.headers["x-mock-reason"]


def test_the_21st_creation_within_10_seconds_is_refused_whatever_the_key(
    server: Running, client: httpx.Client, key: str
) -> None:
    for _ in range(20):
        job(client)
    generate(client)
    refused = asked(client).json()
    text = "Your call frequency is too high. Please try again later."
    assert refused == {"code": 429, "msg": text, "data": None}
    advance(server, key, 10)
    assert asked(client).json()["code"] == 200


def test_a_record_may_be_read_as_often_as_one_likes(client: httpx.Client) -> None:
    task_id = job(client)
    assert [answer(client, task_id)["code"] for _ in range(12)] == [200] * 12


def test_a_task_is_shown_ten_times_a_second_and_another_one_beside_it_where_a_dialect_says_so(
    server: Running, client: httpx.Client, key: str
) -> None:
    dialect(server, client, key, read_limits="on")
    one, other = job(client), job(client)
    codes = [answer(client, one)["code"] for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert answer(client, other)["code"] == 200
    advance(server, key, 1)
    assert answer(client, one)["code"] == 200


def test_an_account_without_credits_creates_nothing(
    server: Running, client: httpx.Client, key: str
) -> None:
    credit(client)
    change(server, key, lambda s: replace(s, balances_micros={"kie": 0}))
    refused = asked(client).json()
    assert (refused["code"], refused["data"]) == (402, None)
    assert refused["msg"].startswith("Credits insufficient : Your current balance isn’t enough")


def test_a_callback_has_the_form_of_the_veo_page(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(200) as receiver:
        body = {"model": "veo-3-1", "input": {"prompt": "a cat"}, "callBackUrl": receiver.base_url}
        task_id = client.post(f"{JOBS}/createTask", json=body).json()["data"]["taskId"]
        advance(server, key, LONG_S)
        _, headers, told = receiver.next()
    assert headers["content-type"] == "application/json"
    assert (told["code"], told["data"]["taskId"]) == (200, task_id)
    assert told["data"]["info"]["resultUrls"] == result(client, task_id)["resultUrls"]


@pytest.mark.parametrize("prompt", ["a cat", "a cat [mock:fail code=internal]"])
def test_the_general_form_of_a_callback_says_what_the_record_says(
    server: Running, client: httpx.Client, key: str, prompt: str
) -> None:
    dialect(server, client, key, job_callback="general")
    with receiving(200) as receiver:
        body = {"model": "veo-3-1", "input": {"prompt": prompt}, "callBackUrl": receiver.base_url}
        task_id = client.post(f"{JOBS}/createTask", json=body).json()["data"]["taskId"]
        advance(server, key, LONG_S)
        told = receiver.next()[2]
    kept, data = record(client, task_id), told["data"]
    assert list(told) == ["code", "data", "msg"]
    assert list(data) == sorted(data)
    shared = {name: value for name, value in data.items() if name != "param"}
    assert shared == {name: kept[name] for name in shared}
    asked_for = json.loads(data["param"])
    assert asked_for["callBackUrl"] == body["callBackUrl"]
    assert asked_for["input"] == {"prompt": prompt, "model": "veo3_fast"}
    assert told["code"] == (200 if data["state"] == "success" else 501)


def test_the_general_form_of_a_callback_may_contradict_the_record(
    server: Running, client: httpx.Client, key: str
) -> None:
    dialect(server, client, key, job_callback="general")
    asks = {"prompt": "a cat [mock:callback_disagrees]"}
    with receiving(200) as receiver:
        body = {"model": "veo-3-1", "input": asks, "callBackUrl": receiver.base_url}
        task_id = client.post(f"{JOBS}/createTask", json=body).json()["data"]["taskId"]
        advance(server, key, LONG_S)
        told = receiver.next()[2]
    assert record(client, task_id)["state"] == "success"
    assert (told["code"], told["data"]["state"]) == (501, "fail")


def test_a_fault_rule_and_a_scenario_strike_a_job(client: httpx.Client) -> None:
    struck = {"X-Mock-Fault": "http_error status=455"}
    body = {"model": "veo-3-1", "input": {"prompt": "a cat"}}
    refused = client.post(f"{JOBS}/createTask", json=body, headers=struck).json()
    assert refused["code"] == 455
    refused = asked(client, prompt="a cat [mock:refuse kind=unknown_model]").json()
    assert (refused["code"], refused["msg"][:14]) == (422, "The model name")
    assert record(client, job(client, prompt="a cat [mock:instant]"))["state"] == "success"


def test_a_name_in_camel_case_is_ignored_and_found(server: Running, client: httpx.Client) -> None:
    task_id = job(client, aspectRatio="9:16", prompt="a cat [mock:instant]")
    assert json.loads(json.loads(record(client, task_id)["param"])["input"])["aspectRatio"]
    found = client.get("/_mock/v1/sandboxes/current/findings").text
    assert "`input.aspectRatio` is ignored; did you mean `input.aspect_ratio`?" in found
