"""Every documented error status of xcompute, reached over a real socket."""

import json

import httpx
import pytest

from tests.integration.xcompute.calls import CREATE

GOOD = {"model": "veo3.1-fast", "prompt": "a dolphin"}
REACHED = [
    (400, "sk-test-400", GOOD | {"duration": 5}),
    (401, "sk-mock-invalid-x", GOOD),
    (402, "sk-mock-no-credit-x", GOOD),
    (403, "sk-mock-forbidden-x", GOOD),
    (429, "sk-mock-rate-limited-x", GOOD),
    (500, "sk-test-500", GOOD | {"prompt": "[mock:refuse kind=server_error]"}),
    (502, "sk-test-502", GOOD | {"prompt": "[mock:refuse kind=bad_gateway]"}),
]


@pytest.mark.parametrize(("status", "key", "body"), REACHED)
def test_every_documented_status_can_be_reached(
    client: httpx.Client, status: int, key: str, body: dict[str, object]
) -> None:
    response = client.post(CREATE, json=body, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == status
    assert response.json()["error"]["code"] == status
    assert response.headers["x-mock-reason"]
    assert ("retry-after" in response.headers) == (status == 429)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("unauthorized", 401),
        ("forbidden", 403),
        ("overloaded", 503),
        ("get_channel_failed", 500),
        ("rate_limited", 429),
    ],
)
def test_a_directive_refuses_the_creation_in_any_way(
    client: httpx.Client, kind: str, status: int
) -> None:
    prompt = f"a cat [mock:refuse kind={kind} retry_after=90s]"
    response = client.post(CREATE, json=GOOD | {"prompt": prompt})
    assert response.status_code == status
    assert response.headers["retry-after"] == "90"
    assert client.get("/xcompute/v1/balance").json()["used_balance"] == 0


@pytest.mark.parametrize(
    "prompt",
    [
        "[mock:refuse kind=nothing]",
        "[mock:refuse sort=x]",
        "[mock:refuse retry_after=soon]",
        "[mock:",
    ],
)
def test_a_directive_that_is_wrong_is_a_bad_request(client: httpx.Client, prompt: str) -> None:
    response = client.post(CREATE, json=GOOD | {"prompt": prompt})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "请求参数无效"


@pytest.mark.parametrize(
    "headers", [{"authorization": ""}, {"authorization": "sk-raw"}, {"authorization": "Bearer"}]
)
def test_only_bearer_is_a_key(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.post(CREATE, json=GOOD, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["message"] == "身份验证失败，请检查您的API密钥"
    assert response.headers["x-mock-reason"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b'"x"', b"[" * 9000, b'{"a":' * 9000, b'{"prompt":NaN}'],
)
def test_a_body_that_is_no_json_object_is_a_bad_request(client: httpx.Client, body: bytes) -> None:
    response = client.post(CREATE, content=body)
    assert response.status_code == 400
    assert response.json()["error"] == {
        "code": 400,
        "message": "请求参数无效",
        "type": "invalid_request_error",
    }
    assert response.headers["x-mock-reason"].startswith("body: ")


@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=utf-16", ""])
def test_the_content_type_of_a_creation_does_not_matter(
    client: httpx.Client, content_type: str
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = client.post(CREATE, content=json.dumps(GOOD).encode(), headers=headers)
    assert response.status_code == 200


def test_what_other_languages_send_is_served(client: httpx.Client) -> None:
    php = rb'{"model":"veo3.1-fast","prompt":"x","image_urls":["https:\/\/a.example\/b.png"]}'
    java = {"upgrade": "h2c", "http2-settings": "AAEAAEAAAAIAAAAB"}
    assert client.post(CREATE, content=php, headers=java).status_code == 200


def test_a_form_is_no_creation(client: httpx.Client) -> None:
    response = client.post(CREATE, files={"prompt": ("a.txt", b"x")})
    assert response.status_code == 400


def test_unknown_paths_and_methods_come_in_the_envelope(client: httpx.Client) -> None:
    assert client.get("/xcompute/v1/nothing").json()["error"]["code"] == 404
    response = client.delete(CREATE)
    assert response.status_code == 405
    assert response.headers["x-mock-reason"].endswith("expected POST")
