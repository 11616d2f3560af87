"""An APIYI job from key to video, over a real socket."""

import httpx


def test_a_new_task_is_queued_and_its_content_is_not_ready(client: httpx.Client) -> None:
    created = client.post("/apiyi/v1/videos", json={"model": "veo-3.1", "prompt": "画小猫"}).json()
    assert created["status"] == "queued"
    content = client.get(f"/apiyi/v1/videos/{created['id']}/content")
    assert content.status_code == 400
    assert content.json()["error"]["code"] == "video_not_ready"


def test_an_instant_job_hands_out_a_whole_mp4(client: httpx.Client) -> None:
    body = {"model": "veo-3.1-landscape", "prompt": "a cat [mock:instant]"}
    created = client.post("/apiyi/v1/videos", json=body).json()
    content = client.get(f"/apiyi/v1/videos/{created['id']}/content").json()
    video = httpx.get(content["url"], trust_env=False)
    assert video.headers["content-type"] == "video/mp4"
    assert video.content[4:8] == b"ftyp"
