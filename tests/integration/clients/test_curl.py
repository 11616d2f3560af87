"""The curl lines of seeds 002, 003 and 004, unchanged but for the host."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.integration.clients.conftest import execute
from tests.support import needs

Instantly = Callable[[str], str]
KEY = "$APIYI_key$"  # literally so in seed 002


def curl(url: str, *options: str) -> str:
    """What curl prints, with the options that the documents use."""
    usual = ("--silent", "--noproxy", "*", "--location")
    return execute([needs.program("curl"), *usual, url, *options])


def post(url: str, body: str, key: str = KEY) -> str:
    """A POST as seeds 002 and 004 write it."""
    headers = ("--header", "Content-Type: application/json", "--header", f"Authorization: {key}")
    return curl(url, "--request", "POST", *headers, "--data-raw", body)


def chunks(stream: str) -> list[dict[str, object]]:
    """The JSON of every event but the terminal one, which has to be there."""
    data = [line.removeprefix("data: ") for line in stream.splitlines() if line]
    assert data[-1] == "[DONE]"
    return [json.loads(text) for text in data[:-1]]


def test_text_to_video_streams_two_videos(instantly: Instantly) -> None:
    body = """{
    "messages": [{"role": "user", "content": "画只猪在天上飞"}],
    "model": "veo_3_1",
    "stream": true,
    "n": 2
}"""
    stream = post(f"{instantly(KEY)}/apiyi/v1/chat/completions", body)
    links = re.findall(r"https?://[^\s)]+\.mp4", stream)
    assert len(set(links)) == 2
    assert len({chunk["id"] for chunk in chunks(stream)}) == 1


def test_frames_to_video_takes_sentences_in_place_of_images(instantly: Instantly) -> None:
    body = """{
    "messages": [{
        "role": "user",
        "content": [
            {"type": "text", "text": "根据两张图片生成一个完整的过渡视频"},
            {"type": "image_url", "image_url": {"url": "开始帧图片URL或base64"}},
            {"type": "image_url", "image_url": {"url": "结束帧图片URL或base64(可选)"}}
        ]
    }],
    "model": "veo-3.1-landscape-fast-fl",
    "stream": true,
    "n": 1
}"""
    base = instantly("sk-your-api-key")
    stream = post(f"{base}/apiyi/v1/chat/completions", body, "sk-your-api-key")
    assert "横屏模式" in stream
    assert chunks(stream)[-1]["usage"]


def test_the_asynchronous_calls_lead_to_a_link(instantly: Instantly) -> None:
    base = f"{instantly(KEY)}/apiyi/v1/videos"
    body = '{\n    "prompt": "画小猫",\n    "model": "veo-3.1"\n}'
    task = json.loads(post(base, body))["id"]
    headers = ("--header", f"Authorization: {KEY}")
    status = json.loads(curl(f"{base}/{task}", "--request", "GET", *headers))
    content = json.loads(curl(f"{base}/{task}/content", "--request", "GET", *headers))
    assert status["status"] == "completed"
    assert content["url"].endswith(".mp4")


def test_the_xcompute_line_submits_with_the_literal_token(instantly: Instantly) -> None:
    body = """{
      "model": "veo3.1-fast",
      "prompt": "海豚在碧蓝海洋中跳跃",
      "duration": 8,
      "aspect_ratio": "16:9",
      "image_urls": ["https://cdn.example.com/doc/image_0.png"]
    }"""
    url = f"{instantly('<token>')}/xcompute/v1/videos/generations"
    headers = (
        "--header",
        "Authorization: Bearer <token>",
        "--header",
        "Content-Type: application/json",
    )
    found = json.loads(curl(url, "--request", "POST", *headers, "--data", body))
    assert found["data"][0]["task_id"].startswith("task_")
