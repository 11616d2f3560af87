"""What APIYI refuses, over a real socket: each in its envelope, with the reason in a header."""

import httpx
import pytest
from msgspec.structs import replace

import contracts
from mockserver.app import Running
from mockserver.providers.apiyi.errors import ROWS
from tests.support.advancing import change

VIDEOS = "/apiyi/v1/videos"
CHAT = "/apiyi/v1/chat/completions"
BODY = {"model": "veo-3.1", "prompt": "a cat"}
GIF = b"GIF89a" + bytes(20)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def refused(response: httpx.Response, status: int) -> dict[str, str]:
    """Checks a refusal and gives its error object."""
    assert response.status_code == status, response.text
    assert response.headers["x-mock-reason"]
    assert contracts.validate("apiyi", "error", response.json(), strict=True) == []
    error = response.json()["error"]
    assert isinstance(error, dict)
    return error


@pytest.mark.parametrize("authorization", ["", "Bearer", "two words", "sk-mock-invalid-7"])
def test_a_key_that_is_none_is_refused(server: Running, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    url = f"{server.base_url}{VIDEOS}/video_abc123"
    error = refused(httpx.get(url, headers=headers, trust_env=False), 401)
    assert error == {
        "code": "invalid_api_key",
        "message": "Invalid API key provided",
        "type": "authentication_error",
    }


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a":' * 5_000, b"a=b"]
)
@pytest.mark.parametrize("path", [VIDEOS, CHAT])
def test_a_body_that_is_no_json_object_is_refused(
    client: httpx.Client, path: str, body: bytes
) -> None:
    response = client.post(path, content=body)
    assert refused(response, 400)["code"] == "invalid_request"
    assert response.headers["x-mock-reason"].startswith("body: ")


def test_a_form_without_a_boundary_or_an_end_is_refused(client: httpx.Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers = {"content-type": kind}
        refused(client.post(VIDEOS, content=b"--x\r\nnothing", headers=headers), 400)


def test_a_body_over_the_limit_is_refused(client: httpx.Client) -> None:
    body = b'{"prompt":"' + b"a" * (33 * 1024 * 1024) + b'"}'
    refused(client.post(VIDEOS, content=body), 413)


@pytest.mark.parametrize(
    ("model", "files", "code"),
    [
        ("veo-3.1", [PNG], "model_not_support_image"),
        ("veo-3.1-fl", [GIF], "invalid_image_format"),
        ("veo-3.1-fl", [PNG + bytes(10 * 1024 * 1024)], "image_too_large"),
        ("veo-3.1-fl", [PNG, PNG, PNG], "invalid_request"),
    ],
)
def test_images_that_do_not_fit_are_refused(
    client: httpx.Client, model: str, files: list[bytes], code: str
) -> None:
    parts = [("input_reference", ("x.png", data, "image/png")) for data in files]
    response = client.post(VIDEOS, data={"model": model, "prompt": "a cat"}, files=parts)
    assert refused(response, 400)["code"] == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"model": "veo-31"}, "invalid_model"),
        ({"model": None}, "invalid_model"),
        ({"prompt": ""}, "invalid_prompt"),
        ({"prompt": 5}, "invalid_prompt"),
        ({"prompt": "a cat [mock:fial]"}, "invalid_prompt"),
        ({"model": "veo-3.1-fl"}, "invalid_prompt"),
    ],
)
def test_a_wrong_field_is_refused(
    client: httpx.Client, fields: dict[str, object], code: str
) -> None:
    assert refused(client.post(VIDEOS, json=BODY | fields), 400)["code"] == code


@pytest.mark.parametrize("kind", ROWS)
def test_every_kind_of_refusal_can_be_asked_for(client: httpx.Client, kind: str) -> None:
    body = BODY | {"prompt": f"a cat [mock:refuse kind={kind}]"}
    refused(client.post(VIDEOS, json=body), ROWS[kind].status)


def test_an_unknown_task_is_not_found(server: Running, client: httpx.Client) -> None:
    video_id = client.post(VIDEOS, json=BODY).json()["id"]
    for path in ("video_nothing", "video_nothing/content", "%00", "日"):
        assert refused(client.get(f"{VIDEOS}/{path}"), 404)["code"] == "video_not_found"
    other = {"authorization": "sk-test-other-apiyi"}
    url = f"{server.base_url}{VIDEOS}/{video_id}"
    refused(httpx.get(url, headers=other, trust_env=False), 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", VIDEOS, 405),
        ("DELETE", f"{VIDEOS}/video_1", 405),
        ("POST", f"{VIDEOS}/video_1/remix", 404),
        ("GET", CHAT, 405),
        ("GET", "/apiyi/v1/files", 404),
    ],
)
def test_calls_that_are_not_documented_are_refused(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    refused(client.request(method, path), status)


def test_a_balance_that_is_used_up_is_refused(
    server: Running, client: httpx.Client, key: str
) -> None:
    client.get("/apiyi/v1/models")
    change(server, key, lambda s: replace(s, balances_micros={"apiyi": 400_000}))
    assert client.post(VIDEOS, json=BODY).status_code == 200
    error = refused(client.post(VIDEOS, json=BODY), 403)
    assert (error["code"], error["type"]) == ("quota_exceeded", "insufficient_quota")
    assert client.post(VIDEOS, json=BODY | {"model": "veo-3.1-fast"}).status_code == 200


def test_reserved_keys_choose_a_refusal(server: Running) -> None:
    for name, status in (("no-credit", 403), ("rate-limited", 429)):
        headers = {"authorization": f"sk-mock-{name}-apiyi"}
        response = httpx.post(server.base_url + VIDEOS, json=BODY, headers=headers, trust_env=False)
        refused(response, status)
