"""Whatever route hands a video out, its bytes are those of its job, as the control API tells them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from tests.integration.kie import calls as kie
from tests.support.advancing import advance

SECONDS = 1000  # longer than any job or upgrade takes


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    with Control(server.base_url, key=key) as control:
        yield control


def got(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


def told(control: Control, task_id: str, variant: str = "720p", index: int = 0) -> dict[str, Any]:
    """What the control API says of one video."""
    found = [
        file
        for file in control.task(task_id).files
        if (file["variant"], file["index"]) == (variant, index)
    ]
    assert len(found) == 1, found
    return found[0]


def assert_is(reply: httpx.Response, file: dict[str, Any]) -> None:
    """The whole file came, and is the one that was told."""
    assert reply.status_code == 200
    assert hashlib.sha256(reply.content).hexdigest() == file["sha256"]
    assert len(reply.content) == file["size_bytes"] == int(reply.headers["content-length"])
    assert reply.headers["content-type"] == file["content_type"]
    assert reply.headers["etag"].strip('"') == file["sha256"][:32]


def apiyi(client: httpx.Client, prompt: str = "a cat [mock:instant]") -> str:
    body = {"model": "veo-3.1", "prompt": prompt}
    video_id: str = client.post("/apiyi/v1/videos", json=body).json()["id"]
    return video_id


def test_the_media_host_sends_each_job_its_own_video(
    client: httpx.Client, control: Control
) -> None:
    files = [told(control, apiyi(client)) for _ in range(2)]
    for file in files:
        assert_is(got(file["url"]), file)
    assert files[0]["sha256"] != files[1]["sha256"]
    assert files[0]["size_bytes"] == files[1]["size_bytes"]


def test_the_content_route_sends_the_same_bytes_as_the_link(
    client: httpx.Client, control: Control
) -> None:
    task_id = apiyi(client)
    path = f"/apiyi/v1/videos/{task_id}/content"
    reply = client.get(path, headers={"accept": "video/mp4"})
    assert_is(reply, told(control, task_id))
    assert reply.content == got(client.get(path).json()["url"]).content


def test_upgrades_are_videos_of_the_same_job(
    server: Running, client: httpx.Client, key: str, control: Control
) -> None:
    task_id = kie.generate(client, model="veo3", aspectRatio="16:9")
    advance(server, key, SECONDS)
    hd = kie.get_1080p(client, task_id)["data"]["resultUrl"]
    kie.get_4k(client, task_id)
    advance(server, key, SECONDS)
    best = kie.get_4k(client, task_id)["data"]["resultUrls"][0]
    files = control.task(task_id).files
    assert [file["variant"] for file in files] == ["720p", "1080p", "4k"]
    assert [file["url"] for file in files] == [files[0]["url"], hd, best]
    for file in files:
        url = file["url"]
        assert_is(got(url), file)
        assert task_id.encode() in got(url).content[-100:]
    assert len({file["sha256"] for file in files}) == 3


def test_a_gif_names_its_job_too(
    server: Running, client: httpx.Client, key: str, control: Control
) -> None:
    body = {"model": "veo3.1-fast", "prompt": "a cat", "enable_gif": True}
    reply = client.post("/xcompute/v1/videos/generations", json=body).json()
    task_id = reply["data"][0]["task_id"]
    advance(server, key, SECONDS)
    file = told(control, task_id)
    assert file["content_type"] == "image/gif"
    assert_is(got(file["url"]), file)
    assert task_id.encode() in got(file["url"]).content[-100:]


def test_several_videos_of_one_job_differ(client: httpx.Client, control: Control) -> None:
    body = {"model": "veo-3.1", "n": 4, "stream": False}
    body["messages"] = [{"role": "user", "content": "a cat [mock:instant]"}]
    assert client.post("/apiyi/v1/chat/completions", json=body).status_code == 200
    (task,) = control.tasks()
    files = control.task(task.id).files
    assert [file["index"] for file in files] == [0, 1, 2, 3]
    for file in files:
        assert_is(got(file["url"]), file)
    assert len({file["sha256"] for file in files}) == 4


def test_ranges_and_conditions_follow_the_own_video(client: httpx.Client, control: Control) -> None:
    mine, other = (told(control, apiyi(client)) for _ in range(2))
    url, size = mine["url"], mine["size_bytes"]
    whole = got(url)
    tag, foreign_tag = whole.headers["etag"], got(other["url"]).headers["etag"]
    end = got(url, range=f"bytes={size - 90}-", **{"if-range": tag})
    assert (end.status_code, end.content) == (206, whole.content[-90:])
    assert end.headers["content-range"] == f"bytes {size - 90}-{size - 1}/{size}"
    beyond = got(url, range=f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert got(url, **{"if-none-match": tag}).status_code == 304
    assert got(url, **{"if-none-match": foreign_tag}).status_code == 200
    resumed = got(url, range="bytes=500-", **{"if-range": foreign_tag})
    assert (resumed.status_code, resumed.content) == (200, whole.content)


@pytest.mark.parametrize("gif", [False, True])
def test_a_head_tells_of_the_own_video_what_a_download_would(
    server: Running, client: httpx.Client, key: str, control: Control, gif: bool
) -> None:
    body = {"model": "veo3.1-fast", "prompt": "a cat", "enable_gif": gif}
    reply = client.post("/xcompute/v1/videos/generations", json=body).json()
    advance(server, key, SECONDS)
    url = told(control, reply["data"][0]["task_id"])["url"]
    whole, head = got(url), httpx.head(url, trust_env=False)
    assert (head.status_code, head.content) == (200, b"")
    told_of = ("content-length", "content-type", "etag", "accept-ranges")
    assert [head.headers[name] for name in told_of] == [whole.headers[name] for name in told_of]
    part = got(url, range="bytes=-60")
    assert (part.status_code, part.content) == (206, whole.content[-60:])
    assert part.headers["etag"] == whole.headers["etag"]
