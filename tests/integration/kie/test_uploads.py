"""Kie's uploads over a real socket: three ways in, one reply, a link for 24 virtual hours."""

import base64
import re
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from tests.integration.kie.calls import downloaded
from tests.integration.kie.jobs_calls import asked
from tests.support.advancing import advance

HOST = "/kie/api"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 12
BASE64 = base64.b64encode(PNG).decode()
DAY_S = 86_400


def sent(client: httpx.Client, way: str, **given: str) -> httpx.Response:
    """The reply to an upload in one of the three ways; the folder is there unless it is given."""
    fields = {"uploadPath": "images/cats"} | given
    if way == "stream":
        files = {"file": ("whatever.png", PNG, "image/png")}
        return client.post(f"{HOST}/file-stream-upload", data=fields, files=files)
    what = {"base64Data": BASE64} if way == "base64" else {"fileUrl": "https://a.example/b.png?x=1"}
    return client.post(f"{HOST}/file-{way}-upload", json=what | fields)


@pytest.mark.parametrize("way", ["base64", "stream", "url"])
def test_all_three_ways_have_the_recorded_reply(client: httpx.Client, way: str) -> None:
    reply = sent(client, way, fileName="cat.png")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    assert reply.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE, OPTIONS"
    body = reply.json()
    assert list(body) == ["success", "code", "msg", "data"]
    assert (body["success"], body["code"], body["msg"]) == (
        True,
        200,
        "File uploaded successfully",
    )
    data = body["data"]
    assert list(data) == [
        *("success", "fileName", "filePath", "downloadUrl", "fileSize", "mimeType", "uploadedAt")
    ]
    assert (data["fileName"], data["mimeType"]) == ("cat.png", "image/png")
    assert data["fileSize"] == (0 if way == "url" else len(PNG))
    assert re.fullmatch(r"kieai/\d+/images/cats/cat\.png", data["filePath"])
    assert data["downloadUrl"].endswith("/" + data["filePath"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", data["uploadedAt"])


@pytest.mark.parametrize("way", ["base64", "stream", "url"])
def test_a_link_shows_a_picture_for_24_virtual_hours(
    server: Running, client: httpx.Client, key: str, way: str
) -> None:
    url = sent(client, way).json()["data"]["downloadUrl"]
    picture = downloaded(url)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    advance(server, key, DAY_S - 1)
    assert downloaded(url).status_code == 200
    advance(server, key, 1)
    assert downloaded(url).status_code == 403


def test_a_link_with_another_time_was_not_handed_out(client: httpx.Client) -> None:
    url = sent(client, "base64").json()["data"]["downloadUrl"]
    until = re.search(r"kept-(\d+)", url)
    assert until is not None
    for forged in (str(int(until[1]) + 1), "x", ""):
        assert downloaded(url.replace(until[0], f"kept-{forged}")).status_code == 403, forged


def test_a_link_is_an_image_for_a_job(client: httpx.Client) -> None:
    url = sent(client, "base64").json()["data"]["downloadUrl"]
    reply = asked(client, image_urls=[url], generation_type="FIRST_AND_LAST_FRAMES_2_VIDEO")
    assert reply.json()["code"] == 200


def test_a_file_without_a_name_gets_one(client: httpx.Client) -> None:
    names = [sent(client, way).json()["data"]["fileName"] for way in ("base64", "url")]
    for name in names:
        assert re.fullmatch(r"\d+-[0-9a-z]{11}\.png", name), name
    assert len(set(names)) == 2


def test_a_data_url_is_base64_too_and_any_name_has_a_link(client: httpx.Client) -> None:
    given = {"base64Data": f"data:image/png;base64,{BASE64}", "fileName": "кот #1?.png"}
    data = sent(client, "base64", **given).json()["data"]
    assert (data["fileSize"], data["fileName"]) == (len(PNG), given["fileName"])
    assert downloaded(data["downloadUrl"]).status_code == 200


@pytest.mark.parametrize(
    ("way", "given", "msg"),
    [
        ("base64", {"uploadPath": ""}, "Missing required parameter: uploadPath"),
        ("base64", {"base64Data": ""}, "Missing required parameter: base64Data"),
        ("base64", {"base64Data": "?"}, "Base64 decoding failed: Invalid Base64 format"),
        ("base64", {"base64Data": "я"}, "Base64 decoding failed: Invalid Base64 format"),
        ("stream", {"uploadPath": ""}, "Missing required parameter: uploadPath"),
        ("url", {"fileUrl": ""}, "Missing required parameter: fileUrl"),
        ("url", {"fileUrl": "ftp://a.example/b.png"}, "fileUrl: got 'ftp://a.example/b.png', exp"),
        ("url", {"uploadPath": "/images"}, "uploadPath: got '/images', expected no slash"),
        ("url", {"fileName": "a/b.png"}, "fileName: got 'a/b.png', expected a text without"),
    ],
)
def test_what_is_wrong_is_400_in_the_envelope_of_uploads(
    client: httpx.Client, way: str, given: dict[str, str], msg: str
) -> None:
    reply = sent(client, way, **given)
    body: Any = reply.json()
    assert (reply.status_code, list(body)) == (400, ["success", "code", "msg"])
    assert (body["success"], body["code"]) == (False, 400)
    assert body["msg"].startswith(msg)
    assert reply.headers["x-mock-reason"]


def test_a_form_needs_its_file(client: httpx.Client) -> None:
    files = {"uploadPath": (None, "images")}
    reply = client.post(f"{HOST}/file-stream-upload", files=files)
    assert reply.json()["msg"] == "Missing required parameter: file"


def test_a_wrong_key_and_a_wrong_method_have_their_own_codes(
    server: Running, client: httpx.Client
) -> None:
    path = f"{HOST}/file-url-upload"
    reply = httpx.post(server.base_url + path, json={}, trust_env=False)
    assert (reply.status_code, reply.json()) == (
        401,
        {"success": False, "code": 401, "msg": "Authentication failed: Invalid API Key"},
    )
    assert client.get(path).status_code == 405
