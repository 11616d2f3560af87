"""An APIYI job from key to video, over a real socket."""

import httpx
import pytest
from msgspec.structs import replace

import contracts
from mockserver.app import Running
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.registry import Registry
from tests.support.advancing import advance, change

VIDEOS = "/apiyi/v1/videos"
DAY_S = 86_400
LONG_S = 400  # longer than any job takes
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def create(client: httpx.Client, prompt: str = "画小猫", model: str = "veo-3.1") -> str:
    response = client.post(VIDEOS, json={"model": model, "prompt": prompt})
    assert response.status_code == 200, response.text
    video_id = response.json()["id"]
    assert isinstance(video_id, str)
    return video_id


def test_a_new_task_is_queued_and_its_content_is_not_ready(client: httpx.Client) -> None:
    created = client.post(VIDEOS, json={"model": "veo-3.1", "prompt": "画小猫"}).json()
    assert created["status"] == "queued"
    content = client.get(f"{VIDEOS}/{created['id']}/content")
    assert content.status_code == 400
    assert content.json()["error"]["code"] == "video_not_ready"
    assert "retry-after" not in content.headers


def test_a_job_is_queued_then_processed_then_completed(
    server: Running, client: httpx.Client, key: str
) -> None:
    video_id = create(client)
    seen = []
    for _ in range(LONG_S):
        word = client.get(f"{VIDEOS}/{video_id}").json()["status"]
        seen.append(word)
        if word == "completed":
            break
        advance(server, key, 2)
    assert list(dict.fromkeys(seen)) == ["queued", "processing", "completed"]


def test_an_instant_job_hands_out_a_whole_mp4(client: httpx.Client) -> None:
    video_id = create(client, "a cat [mock:instant]", "veo-3.1-landscape")
    content = client.get(f"{VIDEOS}/{video_id}/content").json()
    assert content["resolution"] == "1280x720"
    video = httpx.get(content["url"], trust_env=False)
    assert video.headers["content-type"] == "video/mp4"
    assert video.content[4:8] == b"ftyp"


def test_content_comes_as_bytes_where_accept_asks_for_them(client: httpx.Client) -> None:
    video_id = create(client, "a cat [mock:instant]")
    path = f"{VIDEOS}/{video_id}/content"
    whole = client.get(path, headers={"accept": "application/binary"})
    assert whole.headers["content-type"] == "video/mp4"
    assert int(whole.headers["content-length"]) == len(whole.content)
    part = client.get(path, headers={"accept": "video/mp4", "range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    as_json = client.get(path, headers={"accept": "application/json"})
    assert as_json.json()["url"].endswith(".mp4")


@pytest.mark.parametrize("count", [1, 2])
def test_a_form_with_frames_makes_a_job(client: httpx.Client, count: int) -> None:
    files = [("input_reference", ("/tmp/a/1.png", PNG, "image/png"))] * count
    fields = {"model": "veo-3.1-fl", "prompt": "a cat", "seconds": "8", "metadata[a]": "b"}
    response = client.post(VIDEOS, data=fields, files=files)
    assert contracts.validate("apiyi", "video_created", response.json(), strict=True) == []


def test_a_form_without_a_file_makes_a_job(client: httpx.Client) -> None:
    parts = {"model": (None, "veo-3.1"), "prompt": (None, "画小猫")}
    response = client.post(VIDEOS, files=parts)
    assert response.json()["status"] == "queued"


@pytest.mark.parametrize("authorization", ["{}", "Bearer {}", "bearer {}"])
def test_the_key_comes_raw_or_as_bearer(
    server: Running, client: httpx.Client, key: str, authorization: str
) -> None:
    video_id = create(client)
    headers = {"authorization": authorization.format(key), "host": "api.apiyi.com"}
    url = f"{server.base_url}/v1/videos/{video_id}"
    response = httpx.get(url, headers=headers, trust_env=False)
    assert response.json()["id"] == video_id


def test_a_failed_job_says_why_and_has_no_content(
    server: Running, client: httpx.Client, key: str
) -> None:
    video_id = create(client, "a cat [mock:fail code=audio_filtered at=30%]")
    advance(server, key, LONG_S)
    body = client.get(f"{VIDEOS}/{video_id}").json()
    assert body["error"]["message"] == "AUDIO_FILTERED"
    content = client.get(f"{VIDEOS}/{video_id}/content")
    assert content.status_code == 400
    assert content.json()["error"]["message"].endswith("current status: failed")


def test_link_and_record_are_gone_after_24_hours(
    server: Running, client: httpx.Client, key: str
) -> None:
    video_id = create(client, "a cat [mock:instant]")
    url = client.get(f"{VIDEOS}/{video_id}/content").json()["url"]
    advance(server, key, DAY_S - 1)
    assert httpx.get(url, trust_env=False).status_code == 200
    advance(server, key, 1)
    assert httpx.get(url, trust_env=False).status_code == 403
    for path in (f"{VIDEOS}/{video_id}", f"{VIDEOS}/{video_id}/content"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "video_not_found"
        assert "expired" in response.headers["x-mock-reason"]


@pytest.mark.parametrize("fate", Registry[Scenario]("mockserver.scenarios", "SCENARIO").names())
def test_no_fate_of_a_job_crashes_a_reply(
    server: Running, client: httpx.Client, key: str, fate: str
) -> None:
    body = {"model": "veo-3.1", "prompt": f"a cat [mock:{fate}]"}
    video_id = client.post(VIDEOS, json=body).json().get("id", "none")
    for seconds in (0, 10, 60, LONG_S, DAY_S):
        advance(server, key, seconds)
        for path in (video_id, f"{video_id}/content"):
            response = client.get(f"{VIDEOS}/{path}", headers={"accept": "video/mp4"})
            # either: a fate decides which of these; the law is that no reply is a crash.
            assert response.status_code in (200, 400, 404)
            assert response.status_code == 200 or response.headers["x-mock-reason"]


def test_the_models_are_listed(client: httpx.Client) -> None:
    body = client.get("/apiyi/v1/models").json()
    assert contracts.validate("apiyi", "models", body, strict=True) == []


def test_dialects_reach_the_wire(server: Running, client: httpx.Client, key: str) -> None:
    create(client)
    dialect = {"running_word": "in_progress", "task_id": "task", "content": "bytes"}
    change(server, key, lambda s: replace(s, dialect={"apiyi": dialect}))
    video_id = create(client)
    assert video_id.startswith("task_")
    advance(server, key, 20)
    assert client.get(f"{VIDEOS}/{video_id}").json()["status"] == "in_progress"
    done = create(client, "a cat [mock:instant]")
    content = client.get(f"{VIDEOS}/{done}/content")
    assert content.headers["content-type"] == "video/mp4"
