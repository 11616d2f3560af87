"""What Kie refuses, over a real socket: each in its envelope, with the reason in a header."""

import httpx
import pytest
from msgspec.structs import replace

import contracts
from mockserver.app import Running
from mockserver.providers.kie.errors import ROWS
from tests.integration.kie.calls import API, VEO, generate
from tests.support.advancing import advance, change


def refused(response: httpx.Response, code: int) -> str:
    """Checks a refusal and gives its text."""
    body = response.json()
    assert response.status_code == 200
    assert body["code"] == code, body
    assert response.headers["x-mock-reason"]
    assert contracts.validate("kie", "error", body, strict=True) == []
    msg = body["msg"]
    assert isinstance(msg, str)
    return msg


@pytest.mark.parametrize("authorization", ["", "sk-raw", "Bearer", "Basic eDp5", "Bearer a b"])
def test_a_key_that_is_no_bearer_is_refused(server: Running, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    for path in (f"{VEO}/record-info?taskId=x", f"{API}/chat/credit"):
        response = httpx.get(server.base_url + path, headers=headers, trust_env=False)
        assert refused(response, 401).startswith("Unauthorized – Authentication failed.")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"[]",
        b'"prompt"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"prompt":' * 5_000,
        b"prompt=a+cat",
        b'{"prompt": "\\ud800"}',
    ],
)
@pytest.mark.parametrize("path", [f"{VEO}/generate", f"{VEO}/extend", f"{VEO}/get-4k-video"])
def test_a_body_that_is_no_json_object_is_refused(
    client: httpx.Client, path: str, body: bytes
) -> None:
    response = client.post(path, content=body)
    assert refused(response, 422).startswith("Validation Error - ")
    assert response.headers["x-mock-reason"].startswith("body: ")


def test_a_form_is_refused(client: httpx.Client) -> None:
    refused(client.post(f"{VEO}/generate", data={"prompt": "a cat"}), 422)
    refused(client.post(f"{VEO}/generate", files={"prompt": b"a cat"}), 422)


def test_a_wrong_content_type_does_not_matter_for_json(client: httpx.Client) -> None:
    headers = {"content-type": "text/plain"}
    response = client.post(f"{VEO}/generate", content=b'{"prompt":"a cat"}', headers=headers)
    assert response.json()["code"] == 200


def test_a_body_over_the_limit_is_refused(client: httpx.Client) -> None:
    body = b'{"prompt":"' + b"a" * (33 * 1024 * 1024) + b'"}'
    response = client.post(f"{VEO}/generate", content=body)
    assert refused(response, 422).startswith("Validation Error - ")
    assert "body" in response.headers["x-mock-reason"]


def test_a_wrong_field_is_named_with_its_value_in_the_header_or_by_dialect(
    server: Running, client: httpx.Client, key: str
) -> None:
    body = {"prompt": "a cat", "model": "veo9"}
    response = client.post(f"{VEO}/generate", json=body)
    assert refused(response, 422).startswith("Validation Error - ")
    ours = "model: got 'veo9', expected one of veo3_fast, veo3"
    assert response.headers["x-mock-reason"].startswith(ours)
    change(server, key, lambda s: replace(s, dialect={"kie": {"validation_text": "named"}}))
    assert refused(client.post(f"{VEO}/generate", json=body), 422).startswith(ours)


def test_a_bad_directive_is_refused(client: httpx.Client) -> None:
    response = client.post(f"{VEO}/generate", json={"prompt": "a cat [mock:fial]"})
    assert refused(response, 422).startswith("Validation Error - ")
    assert "fail" in response.headers["x-mock-reason"]


@pytest.mark.parametrize("kind", ROWS)
def test_every_kind_of_refusal_can_be_asked_for(client: httpx.Client, kind: str) -> None:
    body = {"prompt": f"a cat [mock:refuse kind={kind}]"}
    refused(client.post(f"{VEO}/generate", json=body), ROWS[kind].code)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", f"{VEO}/generate", 500),
        ("POST", f"{VEO}/record-info", 500),
        ("GET", f"{API}/veo/unheard-of", 404),
        ("DELETE", f"{API}/chat/credit", 500),
    ],
)
def test_what_is_not_documented_is_refused(
    client: httpx.Client, method: str, path: str, code: int
) -> None:
    refused(client.request(method, path), code)


def test_unknown_tasks_read_as_recorded(client: httpx.Client) -> None:
    response = client.get(f"{VEO}/record-info", params={"taskId": "X"})
    assert refused(response, 422) == "Record not found for taskId: X"
    response = client.get(f"{VEO}/get-1080p-video", params={"taskId": "X"})
    assert refused(response, 422) == "Record does not exist"
    response = client.post(f"{VEO}/get-4k-video", json={"taskId": "X"})
    assert refused(response, 422) == "Record does not exist"
    assert refused(client.get(f"{VEO}/record-info"), 422) == "不能为空"


def test_another_sandbox_s_task_is_unknown(server: Running, client: httpx.Client) -> None:
    task_id = generate(client)
    other = {"authorization": "Bearer sk-test-other-kie"}
    url = f"{server.base_url}{VEO}/record-info?taskId={task_id}"
    assert "not found" in refused(httpx.get(url, headers=other, trust_env=False), 422)


def test_the_21st_creation_within_10_seconds_is_refused_and_not_queued(
    server: Running, client: httpx.Client, key: str
) -> None:
    for _ in range(20):
        task_id = generate(client, "a cat [mock:instant]")
    body = {"taskId": task_id, "prompt": "on"}
    for path in ("generate", "extend"):
        response = client.post(f"{VEO}/{path}", json=body)
        assert refused(response, 429).startswith("Your call frequency is too high")
        assert response.headers["retry-after"] == "10"
    assert client.get(f"{VEO}/record-info?taskId={task_id}").json()["code"] == 200
    advance(server, key, 10)
    generate(client)


def test_credits_that_do_not_suffice_are_refused(
    server: Running, client: httpx.Client, key: str
) -> None:
    generate(client)
    change(server, key, lambda s: replace(s, balances_micros={"kie": 100_000_000}))
    response = client.post(f"{VEO}/generate", json={"prompt": "a cat", "model": "veo3_fast"})
    assert refused(response, 402).startswith("Credits insufficient : Your current balance")


def test_real_statuses_are_a_dialect(server: Running, client: httpx.Client, key: str) -> None:
    generate(client)
    change(server, key, lambda s: replace(s, dialect={"kie": {"http_status": "real"}}))
    response = client.post(f"{VEO}/generate", json={})
    assert (response.status_code, response.json()["code"]) == (422, 422)
    assert client.get(f"{API}/nothing").status_code == 404
    assert client.post(f"{VEO}/generate", json={"prompt": "x"}).status_code == 200
