"""The error envelope: number, documented text, language, and the two dialects."""

import re

import pytest

import contracts
from mockserver.domain.provider.provider import Inbound
from mockserver.providers.xcompute.errors import ROWS
from tests.unit.providers.xcompute.calls import answered, posted

DOCUMENTED = {
    "invalid_field": (400, "invalid_request_error", "请求参数无效", "Invalid request parameters"),
    "unauthorized": (
        401,
        "authentication_error",
        "身份验证失败，请检查您的API密钥",
        "Authentication failed, please check your API key",
    ),
    "insufficient_balance": (
        402,
        "payment_required",
        "账户余额不足，请充值后再试",
        "Insufficient account balance, please top up and try again",
    ),
    "forbidden": (
        403,
        "permission_error",
        "访问被禁止，您没有权限访问此资源",
        "Access denied, you do not have permission to access this resource",
    ),
    "rate_limited": (
        429,
        "rate_limit_error",
        "请求过于频繁，请稍后再试",
        "Too many requests, please try again later",
    ),
    "server_error": (
        500,
        "server_error",
        "服务器内部错误，请稍后重试",
        "Internal server error, please try again later",
    ),
    "bad_gateway": (
        502,
        "bad_gateway",
        "网关错误，服务器暂时不可用",
        "Bad gateway, server temporarily unavailable",
    ),
}


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_a_documented_error_is_sent_verbatim(kind: str) -> None:
    status, type_, chinese, english = DOCUMENTED[kind]
    envelope = {"code": status, "message": chinese, "type": type_}
    assert answered(kind) == (status, {"error": envelope})
    asked = Inbound("GET", "/v1/tasks/x", "language=en")
    assert answered(kind, asked) == (status, {"error": envelope | {"message": english}})
    assert answered(kind, language="en") == (status, {"error": envelope | {"message": english}})


def test_an_unknown_task_is_a_bad_request() -> None:
    assert answered("not_found")[1]["error"]["message"] == "无效的任务ID"
    assert answered("not_found")[0] == 400


WITH_A_FORM = [kind for kind in ROWS if kind != "get_channel_failed"]


@pytest.mark.parametrize("kind", WITH_A_FORM)
@pytest.mark.parametrize("form", ["documented", "apimart"])
def test_every_refusal_keeps_to_the_contract(kind: str, form: str) -> None:
    status, body = answered(kind, error_body=form)
    message = f"error_{404 if status == 405 else status}"
    known = message in contracts.messages("xcompute")
    assert contracts.validate("xcompute", message if known else "error", body) == []
    assert form in contracts.dialects("xcompute", "error", body)["error_body"]


def test_the_observed_envelope_has_an_empty_code_and_a_request_id() -> None:
    status, body = answered("unauthorized", error_body="apimart")
    assert status == 401
    assert body["error"]["code"] == ""
    assert re.fullmatch(
        r"invalid API key \(request id: \d{23}[A-Za-z0-9]{8}\)", body["error"]["message"]
    )


@pytest.mark.parametrize("form", ["documented", "apimart"])
def test_without_a_channel_the_observed_body_comes_in_every_dialect(form: str) -> None:
    status, body = answered("get_channel_failed", error_body=form)
    assert status == 500
    assert list(body["error"]) == ["message", "type", "param", "code"]
    assert body["error"]["code"] == "get_channel_failed"
    assert body["error"]["type"] == "apimart_error"
    assert re.fullmatch(
        r"Please wait and try again later\. Thank you for your patience! "
        r"\(request id: \d{23}[A-Za-z0-9]{8}\)",
        body["error"]["message"],
    )
    assert contracts.validate("xcompute", "error_500", body, strict=True) == []


@pytest.mark.parametrize("path", ["/v1/balance", "/balance", "/xcompute/v1/user/balance"])
def test_a_balance_is_refused_like_any_call_or_with_http_200_by_dialect(path: str) -> None:
    asked = Inbound("GET", path)
    assert answered("unauthorized", asked) == answered("unauthorized")
    assert answered("server_error", asked, balance_refusal="success_false") == (
        200,
        {"success": False, "message": "服务器内部错误，请稍后重试"},
    )
    wrong_method = posted({}, path)
    assert answered("method_not_allowed", wrong_method, balance_refusal="success_false")[0] == 405
