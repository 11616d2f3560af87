"""An xcompute job from key to video, over a real socket."""

import httpx
import pytest

from mockserver.control import Control
from tests.integration.xcompute.calls import create, query

DAY_S = 86_400


def test_a_job_goes_from_pending_to_a_whole_mp4(client: httpx.Client, control: Control) -> None:
    task_id = create(client)
    seen = [query(client, task_id)]
    while seen[-1]["status"] != "completed":
        control.advance("10s")
        seen.append(query(client, task_id))
    states = list(dict.fromkeys(task["status"] for task in seen))
    assert states == ["pending", "processing", "completed"]
    levels = [task["progress"] for task in seen]
    assert levels == sorted(levels)
    assert all(type(level) is int for level in levels)
    last = seen[-1]
    assert 90 <= last["actual_time"] == last["completed"] - last["created"] <= 255
    assert last["estimated_time"] == 600
    (video,) = last["result"]["videos"]
    assert video["expires_at"] == last["completed"] + DAY_S
    content = httpx.get(video["url"][0], trust_env=False)
    assert content.headers["content-type"] == "video/mp4"
    assert content.content[4:8] == b"ftyp"


def test_a_link_stops_working_after_a_day(client: httpx.Client, control: Control) -> None:
    url = query(client, create(client, "[mock:instant]"))["result"]["videos"][0]["url"][0]
    control.advance(f"{DAY_S - 1}s")
    assert httpx.head(url, trust_env=False).status_code == 200
    control.advance("1s")
    assert httpx.head(url, trust_env=False).status_code == 403


def test_a_record_is_gone_after_a_day(client: httpx.Client, control: Control) -> None:
    task_id = create(client, "[mock:instant]")
    control.advance(f"{DAY_S}s")
    response = client.get(f"/xcompute/v1/tasks/{task_id}")
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "无效的任务ID"


def test_a_gif_is_a_gif(client: httpx.Client) -> None:
    task = query(client, create(client, "[mock:instant]", enable_gif=True))
    url = task["result"]["videos"][0]["url"][0]
    assert url.endswith(".gif")
    content = httpx.get(url, trust_env=False)
    assert content.headers["content-type"] == "image/gif"
    assert content.content.startswith(b"GIF8")


@pytest.mark.parametrize("resolution", ["720p", "1080p", "4k"])
def test_the_video_has_the_resolution_that_was_asked_for(
    client: httpx.Client, resolution: str
) -> None:
    task = query(client, create(client, "[mock:instant]", resolution=resolution))
    url = task["result"]["videos"][0]["url"][0]
    assert url.endswith(f"-{resolution}.mp4")
    assert httpx.head(url, trust_env=False).status_code == 200


def test_a_failed_job_says_why_and_costs_nothing(client: httpx.Client, control: Control) -> None:
    task_id = create(client, "[mock:fail code=server_error at=60%]")
    assert client.get("/xcompute/v1/balance").json()["used_balance"] == 0.14
    control.advance("300s")
    task = query(client, task_id, "en")
    assert task["status"] == "failed"
    assert task["error"]["message"] == "Internal server error, please try again later"
    assert query(client, task_id)["error"]["message"] == "服务器内部错误，请稍后重试"
    assert client.get("/xcompute/v1/balance").json()["used_balance"] == 0


def test_a_task_of_somebody_else_is_as_unknown_as_any(client: httpx.Client) -> None:
    task_id = create(client)
    stranger = {"authorization": "Bearer sk-test-stranger"}
    for path in (task_id, "task_01KBS40K78KGHZ9SDBWQSGSXRK", "%20"):
        response = client.get(f"/xcompute/v1/tasks/{path}", headers=stranger)
        assert response.status_code == 400, path
        assert response.json()["error"]["message"] == "无效的任务ID"
        assert response.headers["x-mock-reason"].startswith("task id: ")


def test_the_host_name_alone_finds_the_provider(client: httpx.Client) -> None:
    response = client.get("/v1/user/balance", headers={"host": "xcompute.us"})
    assert response.json()["success"] is True
