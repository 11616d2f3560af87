"""Every refusal in APIYI's envelope, with its status and the documents' words."""

import json
from pathlib import Path

import pytest

import contracts
from mockserver.providers.apiyi.errors import ROWS
from tests.unit.providers.apiyi.calls import answered

RESPONSES = Path(__file__).parents[4] / "fixtures/apiyi/responses"


def documented(name: str) -> object:
    return json.loads((RESPONSES / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", ROWS)
def test_every_refusal_has_the_envelope(kind: str) -> None:
    status, body = answered(kind)
    assert status >= 400
    assert list(body) == ["error"]
    assert contracts.validate("apiyi", "error", body, strict=True) == []


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("unauthorized", 401, "invalid_api_key"),
        ("invalid_model", 400, "invalid_model"),
        ("invalid_prompt", 400, "invalid_prompt"),
        ("not_found", 404, "video_not_found"),
        ("not_ready", 400, "video_not_ready"),
        ("insufficient_balance", 403, "quota_exceeded"),
        ("rate_limited", 429, "rate_limit_exceeded"),
        ("model_not_found", 400, "model_not_found"),
        ("invalid_messages", 400, ""),
        ("image_unreadable", 400, "invalid_image_format"),
        ("image_too_large", 400, "image_too_large"),
        ("image_unwanted", 400, "model_not_support_image"),
        ("image_fetch", 400, "image_fetch_failed"),
        ("malformed", 400, "invalid_request"),
        ("invalid_field", 400, "invalid_request"),
        ("content_policy", 400, "content_policy_violation"),
        ("overloaded", 503, "heavy_load"),
    ],
)
def test_the_documented_codes_have_their_status(kind: str, status: int, code: str) -> None:
    found, body = answered(kind)
    assert (found, body["error"].get("code", "")) == (status, code)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("too_large", 413, "invalid_request"),
        ("bad_directive", 400, "invalid_prompt"),
        ("unknown_path", 404, "not_found"),
        ("method_not_allowed", 405, "method_not_allowed"),
        ("forbidden", 403, "permission_denied"),
        ("server_error", 500, "server_error"),
    ],
)
def test_what_nobody_documents_has_the_status_that_http_has_for_it(
    kind: str, status: int, code: str
) -> None:
    found, body = answered(kind)
    assert (found, body["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("kind", "fixture"),
    [
        ("unauthorized", "error"),
        ("image_fetch", "error_image_fetch"),
        ("image_unreadable", "error_image_format"),
        ("image_too_large", "error_image_too_large"),
        ("image_unwanted", "error_image_unsupported"),
        ("invalid_messages", "error_message_format"),
        ("content_policy", "error_content_policy"),
        ("overloaded", "error_heavy_load"),
    ],
)
def test_a_documented_body_is_sent_verbatim(kind: str, fixture: str) -> None:
    assert answered(kind)[1] == documented(fixture)


@pytest.mark.parametrize(
    ("kind", "switch", "value", "fixture"),
    [
        ("unauthorized", "unauthorized", "incorrect_key", "error_incorrect_key"),
        ("invalid_model", "unknown_model", "no_channel", "error_no_channels"),
        ("insufficient_balance", "quota_body", "bare", "error_quota_observed"),
        (
            "insufficient_balance",
            "quota_body",
            "insufficient_balance",
            "error_insufficient_balance",
        ),
        (
            "insufficient_balance",
            "quota_body",
            "insufficient_credits",
            "error_insufficient_credits",
        ),
    ],
)
def test_bodies_of_other_sources_are_dialects(
    kind: str, switch: str, value: str, fixture: str
) -> None:
    assert answered(kind, **{switch: value})[1] == documented(fixture)


def test_the_gateway_names_the_request_where_it_refuses_a_key() -> None:
    error = answered("unauthorized", unauthorized="gateway")[1]["error"]
    assert error["message"].startswith("无效的令牌 (request id: ")
    assert "{}" not in error["message"]
    assert error["type"] == "shell_api_error"


def test_the_gateway_s_quota_body_has_its_five_fields() -> None:
    error = answered("insufficient_balance", quota_body="insufficient_user_quota")[1]["error"]
    names = ["message", "localized_message", "type", "param", "code"]
    assert list(error) == names


def test_a_retired_model_is_refused_without_an_error_object() -> None:
    status, body = answered("retired")
    assert (status, list(body)) == (404, ["code", "message", "data"])
    assert (body["code"], body["data"]) == ("fail_to_fetch_task", None)
    inner = json.loads(body["message"])["error"]
    assert (inner["code"], inner["status"]) == (404, "NOT_FOUND")
    assert "is no longer available" in inner["message"]
    assert contracts.validate("apiyi", "error_fail_to_fetch", body, strict=True) == []


def test_a_paused_channel_has_an_integer_code() -> None:
    error = {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}
    assert answered("paused") == (500, {"error": error})
    assert contracts.validate("apiyi", "error_upstream", {"error": error}, strict=True) == []


@pytest.mark.parametrize("status", ["402", "403", "429"])
def test_the_status_of_an_empty_account_is_a_dialect(status: str) -> None:
    assert answered("insufficient_balance", quota_status=status)[0] == int(status)


def test_an_unknown_model_is_worded_by_dialect() -> None:
    text = "The model 'veo-31' does not exist"
    status, body = answered("invalid_model", message=text, unknown_model="model_not_found")
    assert (status, body) == (400, documented("error_model_not_found"))
    assert answered("invalid_model", unknown_model="no_channel")[0] == 503


def test_a_message_of_the_refusal_replaces_the_row_s() -> None:
    assert answered("not_ready", message="mine")[1]["error"]["message"] == "mine"
