"""What a model of xcompute takes, as the provider's own command line asks for it before it sends."""

from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

import contracts
from tests.integration.xcompute.calls import CREATE, query

SCHEMA = "/xcompute/v1/model-schema"
MODELS = ["veo3.1-fast", "veo3.1-quality", "veo3.1-lite"]


def asked(client: httpx.Client, model: str, **more: str) -> dict[str, Any]:
    response = client.get(SCHEMA, params={"model": model, **more})
    assert response.status_code == 200, response.text
    body = response.json()
    assert contracts.validate("xcompute", "model_schema", body, strict=True) == []
    assert isinstance(body, dict)
    return body


def test_the_steps_of_the_provider_s_command_line_end_in_a_video(client: httpx.Client) -> None:
    told = asked(client, "veo3.1-fast", operation="video_generation")
    assert (told["model"], told["operation"]) == ("veo3.1-fast", "video_generation")
    wish = {"prompt": "a dolphin [mock:instant]", "aspect_ratio": "9:16"}
    Draft202012Validator(told["input_schema"]).validate(wish)
    headers = {"idempotency-key": "k-1", "x-apimart-response-version": "2026-07-27"}
    made = client.post(CREATE, json={**wish, "model": told["model"]}, headers=headers)
    task = query(client, made.json()["data"]["id"], "en")
    assert task["status"] == "completed"
    assert len(task["result"]["videos"]) == 1


@pytest.mark.parametrize("model", MODELS)
def test_a_model_s_schema_names_what_the_model_takes(client: httpx.Client, model: str) -> None:
    fields = asked(client, model)["input_schema"]["properties"]
    assert ("image_urls" in fields) == (model != "veo3.1-lite")
    assert "model" not in fields
    kinds = fields.get("generation_type", {}).get("enum", [])
    assert ("reference" in kinds) == (model == "veo3.1-fast")
    assert fields["resolution"]["enum"] == ["720p", "1080p", "4k"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"model": "veo3"}, "model"),
        ({}, "model"),
        ({"model": "veo3.1-fast", "operation": "image_generation"}, "operation"),
    ],
)
def test_a_name_that_is_unknown_is_refused(
    client: httpx.Client, wish: dict[str, str], field: str
) -> None:
    response = client.get(SCHEMA, params=wish)
    assert response.status_code == 400
    assert response.headers["x-mock-reason"].startswith(f"{field}: got ")
    assert contracts.validate("xcompute", "error_400", response.json(), strict=True) == []
