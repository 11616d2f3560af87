"""APIYI's chat completions, streamed and not, over a real socket."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

import contracts
from mockserver.app import Running
from tests.support.advancing import advance
from tests.support.patience import awaiting
from tests.support.some import some

CHAT = "/apiyi/v1/chat/completions"
LINK = re.compile(r"https?://[^\s)]+\.mp4")


def ask(prompt: str = "画只猪在天上飞 [mock:instant]", **fields: object) -> dict[str, Any]:
    messages = [{"role": "user", "content": prompt}]
    return {"model": "veo_3_1", "messages": messages, "stream": True} | fields


def events(response: httpx.Response) -> list[str]:
    assert response.headers["content-type"].startswith("text/event-stream")
    found = response.text.split("\n\n")
    assert found.pop() == ""
    return [event.removeprefix("data: ") for event in found]


@pytest.mark.parametrize("videos", [1, 2, 3, 4])
def test_a_stream_ends_with_as_many_playable_links_as_were_asked_for(
    client: httpx.Client, videos: int
) -> None:
    found = events(client.post(CHAT, json=ask(n=videos)))
    assert found[-1] == "[DONE]"
    chunks = [json.loads(event) for event in found[:-1]]
    for chunk in some(chunks):
        assert contracts.validate("apiyi", "chunk", chunk, strict=True) == []
        assert chunk["model"] == "veo_3_1"
    links = LINK.findall("".join(c["choices"][0]["delta"].get("content", "") for c in chunks))
    assert len(set(links)) == videos
    for link in links:
        assert httpx.get(link, trust_env=False).content[4:8] == b"ftyp"


def test_a_stream_tells_its_progress_as_time_goes_on(
    server: Running, client: httpx.Client, key: str
) -> None:
    with client.stream("POST", CHAT, json=ask("a pig")) as response:
        pieces = response.iter_raw()
        seen = next(pieces)
        while "```json" not in seen.decode():
            seen += next(pieces)
        assert "进度" not in seen.decode()
        advance(server, key, 400)
        rest = (seen + b"".join(pieces)).decode()
    assert rest.count("进度") == 10
    assert rest.endswith("data: [DONE]\n\n")


def test_without_a_stream_the_reply_comes_when_the_job_is_done(
    server: Running, client: httpx.Client, key: str
) -> None:
    client.get("/apiyi/v1/models")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.post, CHAT, json=ask("a pig", stream=False, n=2))
        with awaiting("the reply"):
            while not waiting.done():
                advance(server, key, 400)
        body = waiting.result().json()
    assert contracts.validate("apiyi", "chat_completion", body, strict=True) == []
    assert len(LINK.findall(body["choices"][0]["message"]["content"])) == 2


def test_a_failure_within_a_stream_is_a_line(
    server: Running, client: httpx.Client, key: str
) -> None:
    with client.stream("POST", CHAT, json=ask("a pig [mock:fail]")) as response:
        advance(server, key, 400)
        response.read()
    assert "❌ 视频生成失败：Your request was rejected" in response.text
    assert events(response)[-1] == "[DONE]"


def test_a_failure_without_a_stream_is_an_error(
    server: Running, client: httpx.Client, key: str
) -> None:
    client.get("/apiyi/v1/models")
    body = ask("a pig [mock:fail at=0%]", stream=False)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.post, CHAT, json=body)
        with awaiting("the reply"):
            while not waiting.done():
                advance(server, key, 400)
        response = waiting.result()
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "content_policy_violation"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"model": "veo-31"}, 400, "invalid_model"),
        ({"n": 5}, 400, "invalid_request"),
        ({"n": "2"}, 400, "invalid_request"),
        ({"stream": "yes"}, 400, "invalid_request"),
        ({"messages": []}, 400, None),
        ({"model": "veo-3.1-fl"}, 400, "invalid_prompt"),
    ],
)
def test_what_is_known_to_be_wrong_is_plain_json_and_no_stream(
    client: httpx.Client, fields: dict[str, object], status: int, code: str | None
) -> None:
    response = client.post(CHAT, json=ask(**fields))
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert response.json()["error"].get("code") == code
    assert response.headers["x-mock-reason"]


def test_a_refused_key_is_a_401_and_no_event(server: Running) -> None:
    headers = {"authorization": "sk-mock-invalid-1"}
    response = httpx.post(server.base_url + CHAT, json=ask(), headers=headers, trust_env=False)
    assert response.status_code == 401
    assert response.json()["error"]["type"] == "authentication_error"
