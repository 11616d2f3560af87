"""Extensions and better versions as jobs of their own, over a real socket."""

import json
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from tests.integration.kie.calls import LONG_S, credit, downloaded, generate
from tests.integration.kie.jobs_calls import JOBS, asked, job, record, result
from tests.integration.xcompute.receiver import receiving
from tests.support.advancing import advance

DONE = "a cat [mock:instant]"


def on(client: httpx.Client, model: str, **given: Any) -> httpx.Response:
    """The reply to a creation whose `input` is just this."""
    return client.post(f"{JOBS}/createTask", json={"model": model, "input": given})


@pytest.mark.parametrize(("tier", "credits"), [("veo3_lite", 30), ("veo3_fast", 60), ("veo3", 250)])
def test_an_extension_has_the_tier_of_its_original_and_that_tier_s_price(
    server: Running, client: httpx.Client, key: str, tier: str, credits: int
) -> None:
    source = job(client, prompt=DONE, model=tier, aspect_ratio="9:16", resolution="4k")
    before = credit(client)
    longer = on(client, "veo/extend", task_id=source, prompt="it runs on").json()["data"]["taskId"]
    assert before - credit(client) == credits
    kept = record(client, longer)
    assert (kept["model"], kept["operationType"]) == ("veo/extend", "veo/extend")
    assert kept["creditsConsumed"] == credits
    advance(server, key, LONG_S)
    (url,) = result(client, longer)["resultUrls"]
    assert downloaded(url).status_code == 200
    assert url.endswith("-720p.mp4"), "a clip of 720p, whatever the original is"


def test_a_video_made_in_1080p_cannot_be_extended(client: httpx.Client) -> None:
    made = job(client, prompt=DONE, resolution="1080p")
    reply = on(client, "veo/extend", task_id=made, prompt="on")
    assert reply.json()["code"] == 422
    assert "made in 1080p" in reply.headers["x-mock-reason"]
    source = job(client, prompt=DONE)
    better = on(client, "veo/get-1080p-video", taskId=source).json()["data"]["taskId"]
    assert on(client, "veo/extend", task_id=better, prompt="on").json()["code"] == 422
    assert on(client, "veo/extend", task_id=source, prompt="on").json()["code"] == 200


@pytest.mark.parametrize(
    ("model", "field", "resolution", "credits"),
    [
        ("veo/get-1080p-video", "taskId", "1080p", 5),
        ("veo/get-4k-video", "task_id", "4k", 120),
    ],
)
def test_a_better_version_is_a_job_with_two_lists_of_links(
    server: Running,
    client: httpx.Client,
    key: str,
    model: str,
    field: str,
    resolution: str,
    credits: int,
) -> None:
    source, before = job(client, prompt=DONE, aspect_ratio="9:16"), credit(client)
    better = on(client, model, **{field: source}).json()["data"]["taskId"]
    assert (credit(client), better == source) == (before - credits, False)
    assert record(client, better)["state"] == "waiting"
    advance(server, key, LONG_S)
    assert record(client, better)["model"] == model
    (url,) = result(client, better)["data"]["result_urls"]
    straight = result(client, job(client, prompt=DONE, aspect_ratio="9:16", resolution=resolution))
    (same,) = straight["data"]["result_urls"]
    assert len(downloaded(url).content) == len(downloaded(same).content)


def test_each_call_has_its_own_name_for_the_original(client: httpx.Client) -> None:
    source = job(client, prompt=DONE)
    for model, field in (
        ("veo/get-1080p-video", "taskId"),
        ("veo/get-4k-video", "task_id"),
        ("veo/extend", "task_id"),
    ):
        wrong = {"taskId": "task_id", "task_id": "taskId"}[field]
        told = on(client, model, **{wrong: source}, prompt="on").json()
        assert told == {"code": 500, "msg": f"{field} is required", "data": None}, model


@pytest.mark.parametrize("index", [1, -1, "1", True, "first"])
def test_a_job_has_one_video_and_its_index_is_0(client: httpx.Client, index: object) -> None:
    source = job(client, prompt=DONE)
    assert on(client, "veo/get-4k-video", task_id=source, index=index).json()["code"] == 422
    assert on(client, "veo/get-4k-video", task_id=source, index=0).json()["code"] == 200
    assert on(client, "veo/get-1080p-video", taskId=source, index="0").json()["code"] == 200


def test_only_a_finished_job_of_this_api_has_a_better_version(client: httpx.Client) -> None:
    for original, msg in (
        ("x", "Record does not exist"),
        (generate(client, DONE), "Record does not exist"),
        (job(client), "record status is not success."),
    ):
        told = on(client, "veo/get-4k-video", task_id=original).json()
        assert told == {"code": 422, "msg": msg, "data": None}


def test_the_seeds_of_an_extension_have_five_digits(client: httpx.Client) -> None:
    source = job(client, prompt=DONE)
    told = [
        on(client, "veo/extend", task_id=source, prompt="on", seeds=seeds).json()["msg"]
        for seeds in (9_999, 10_000, 99_999, 100_000)
    ]
    outside = "seeds is not within the range of allowed options"
    assert told == [outside, "success", "success", outside]


@pytest.mark.parametrize("model", ["veo/get-4k-video", "veo/extend"])
def test_an_upgrade_and_an_extension_call_back_like_a_job(
    server: Running, client: httpx.Client, key: str, model: str
) -> None:
    given = {"task_id": job(client, prompt=DONE)}
    if model == "veo/extend":
        given["prompt"] = "on"
    with receiving(200) as receiver:
        body = {"model": model, "input": given, "callBackUrl": receiver.base_url}
        task_id = client.post(f"{JOBS}/createTask", json=body).json()["data"]["taskId"]
        advance(server, key, LONG_S)
        told = receiver.next()[2]
    assert (told["code"], told["data"]["taskId"]) == (200, task_id)
    assert ("extension" in told["msg"]) == (model == "veo/extend")
    kept = record(client, task_id)
    assert json.loads(json.loads(kept["param"])["input"]) == given


def test_an_unknown_model_lists_those_that_there_are(client: httpx.Client) -> None:
    reason = asked(client, "veo/extends").headers["x-mock-reason"]
    assert "veo-3-1, veo/extend, veo/get-1080p-video, veo/get-4k-video" in reason
