"""Uploads, balances and models of xcompute, over a real socket."""

import httpx
import pytest

from mockserver.control import Control
from tests.integration.xcompute.calls import CREATE, create

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def test_an_uploaded_image_can_be_used_in_a_creation(client: httpx.Client) -> None:
    response = client.post("/xcompute/v1/uploads/images", files={"file": ("x.png", PNG)})
    body = response.json()
    assert response.status_code == 200
    assert (body["filename"], body["content_type"], body["bytes"]) == ("x.png", "image/png", 68)
    create(client, image_urls=[body["url"]])
    assert httpx.get(body["url"], trust_env=False).status_code == 404, "images are not kept"


@pytest.mark.parametrize(
    "files", [{"image": ("x.png", PNG)}, {"file": ("x.png", b"")}, {"file": ("x.pdf", b"%PDF")}]
)
def test_an_upload_that_is_no_image_is_refused(
    client: httpx.Client, files: dict[str, tuple[str, bytes]]
) -> None:
    response = client.post("/xcompute/v1/uploads/images", files=files)
    assert response.status_code == 400
    assert response.headers["x-mock-reason"].startswith("file: ")


def test_an_upload_of_json_names_the_content_type(client: httpx.Client) -> None:
    response = client.post("/xcompute/v1/uploads/images", json={"file": "x"})
    assert response.status_code == 400
    assert response.headers["x-mock-reason"].startswith("Content-Type: ")


def test_balances_answer_without_a_limit(client: httpx.Client) -> None:
    create(client)
    own = client.get("/xcompute/v1/balance").json()
    assert own == {
        "success": True,
        "remain_balance": -1,
        "used_balance": 0.14,
        "unlimited_quota": True,
    }
    assert client.get("/xcompute/balance").json() == own
    user = client.get("/xcompute/v1/user/balance").json()
    assert user == {"success": True, "remain_balance": -1, "used_balance": 0.14}


def test_a_limit_is_shown_and_used_up(client: httpx.Client, control: Control) -> None:
    assert client.get("/xcompute/v1/models").status_code == 200
    control.set_balance(xcompute=0.2)
    create(client)
    own = client.get("/xcompute/v1/balance").json()
    assert (own["remain_balance"], own["unlimited_quota"]) == (0.06, False)
    response = client.post(CREATE, json={"model": "veo3.1-fast", "prompt": "one too many"})
    assert response.status_code == 402
    assert response.json()["error"]["message"] == "账户余额不足，请充值后再试"
    assert client.get("/xcompute/v1/user/balance").json()["remain_balance"] == 0.06
    response = client.post(CREATE, json={"model": "veo3.1-lite", "prompt": "too dear as well"})
    assert response.status_code == 402


def test_the_models_are_listed(client: httpx.Client) -> None:
    data = client.get("/xcompute/v1/models").json()["data"]
    assert [model["id"] for model in data] == ["veo3.1-fast", "veo3.1-quality", "veo3.1-lite"]
