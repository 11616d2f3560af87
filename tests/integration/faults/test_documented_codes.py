"""Each code that a provider documents comes with its documented body, asked for by its number."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.struck import Struck

CREATIONS = {
    "apiyi": "/apiyi/v1/videos",
    "kie": "/kie/api/v1/veo/generate",
    "xcompute": "/xcompute/v1/videos/generations",
}
UNAUTHORIZED = (
    "Unauthorized – Authentication failed. Please check that your Authorization and Content-Type "
    "headers are correctly set."
)
FETCH = (
    "Failed to fetch the image. Kindly verify any access limits set by you or your service "
    "provider."
)
SLOW = "Upstream is currently experiencing service issues. No result for over 10 minutes."
# docs: docs.kie.ai, table of codes; 401 and 402 as recorded and seen; 433 by a client
KIE = {
    400: "Your prompt was flagged by Website as violating content policies.",
    401: UNAUTHORIZED,
    402: "Credits insufficient : Your current balance isn’t enough to run this request. "
    "Please top up to continue.",
    404: "Not Found - The requested resource or endpoint does not exist",
    408: SLOW,  # docs give the sense alone
    422: "Validation Error - The request parameters failed validation checks",
    429: "Your call frequency is too high. Please try again later.",
    433: "Request Limit - Sub-key Usage Exceeds Limit",
    451: FETCH,
    455: "Service Unavailable - System is currently undergoing maintenance",
    500: "Server Error - An unexpected error occurred while processing the request",
    501: "Generation Failed - Content generation task failed",
    505: "Feature Disabled - The requested feature is currently disabled",
}
# code: threezhang/docs, veo-31-async-api (statuses), troubleshooting (bodies); seed 000 (codes)
APIYI = {
    400: ("invalid_request", "Invalid request body", "invalid_request_error"),  # assumed text
    401: ("invalid_api_key", "Invalid API key provided", "authentication_error"),
    402: ("quota_exceeded", "Insufficient balance", "insufficient_quota"),
    404: ("video_not_found", "Video not found", "invalid_request_error"),  # assumed text
    429: ("rate_limit_exceeded", "Rate limit exceeded", "rate_limit_error"),  # assumed text
    500: ("server_error", "Internal server error", "server_error"),  # assumed body
    503: ("heavy_load", "We're under heavy load, please try again later", "server_error"),
}
# seed 003
XCOMPUTE = {
    400: ("请求参数无效", "invalid_request_error"),
    401: ("身份验证失败，请检查您的API密钥", "authentication_error"),
    402: ("账户余额不足，请充值后再试", "payment_required"),
    403: ("访问被禁止，您没有权限访问此资源", "permission_error"),
    429: ("请求过于频繁，请稍后再试", "rate_limit_error"),
    500: ("服务器内部错误，请稍后重试", "server_error"),
    502: ("网关错误，服务器暂时不可用", "bad_gateway"),
}
DOCUMENTED: dict[tuple[str, int], dict[str, Any]] = {
    **{("kie", code): {"code": code, "msg": msg, "data": None} for code, msg in KIE.items()},
    ("kie", 401): {"code": 401, "msg": UNAUTHORIZED},  # recorded: without data
    **{
        ("apiyi", status): {"error": {"code": code, "message": message, "type": type_}}
        for status, (code, message, type_) in APIYI.items()
    },
    **{
        ("xcompute", status): {"error": {"code": status, "message": message, "type": type_}}
        for status, (message, type_) in XCOMPUTE.items()
    },
}
# assumed: a code that no source has reads like its nearest; APIYI's 403 and xcompute's 503 were seen
UNDOCUMENTED: dict[tuple[str, int], str] = {
    ("kie", 403): KIE[422],
    ("kie", 504): KIE[500],
    ("apiyi", 403): "Access denied",
    ("apiyi", 405): "Method not allowed",
    ("apiyi", 413): "Request body too large",
    ("apiyi", 422): APIYI[400][1],
    ("apiyi", 502): APIYI[500][1],
    ("apiyi", 504): APIYI[500][1],
    ("xcompute", 404): "Not Found",
    ("xcompute", 405): "Method Not Allowed",
    ("xcompute", 422): XCOMPUTE[400][0],
    ("xcompute", 503): "Service temporarily unavailable, no capacity",
    ("xcompute", 504): XCOMPUTE[500][0],
}
SHAPES = pytest.mark.parametrize("shape", ["provider", "native"])


def _answer(struck: Struck, provider: str, status: int, shape: str) -> httpx.Response:
    struck.set({"fault": "http_error", "with": {"status": status, "shape": shape}})
    body = {"model": "veo-3.1", "prompt": "a cat"}
    reply = struck.http.post(CREATIONS[provider], json=body)
    assert reply.status_code == (200 if (provider, shape) == ("kie", "native") else status)
    return reply


@SHAPES
@pytest.mark.parametrize(("provider", "status"), DOCUMENTED)
def test_a_documented_code_comes_with_its_documented_body(
    struck: Struck, provider: str, status: int, shape: str
) -> None:
    assert _answer(struck, provider, status, shape).json() == DOCUMENTED[provider, status]


@SHAPES
@pytest.mark.parametrize(("provider", "status"), UNDOCUMENTED)
def test_another_code_comes_too_and_reads_like_its_nearest(
    struck: Struck, provider: str, status: int, shape: str
) -> None:
    body = _answer(struck, provider, status, shape).json()
    envelope = body if provider == "kie" else body["error"]
    assert envelope["msg" if provider == "kie" else "message"] == UNDOCUMENTED[provider, status]
    if provider != "apiyi":  # whose codes are words
        assert envelope["code"] == status


def test_the_dialect_s_status_of_an_empty_account_is_not_what_was_asked_for(
    struck: Struck,
) -> None:
    patch = {"dialect": {"apiyi": {"quota_status": "429"}}}
    struck.http.patch("/_mock/v1/sandboxes/current", json=patch).raise_for_status()
    assert _answer(struck, "apiyi", 402, "native").json() == DOCUMENTED["apiyi", 402]


def test_a_poll_of_an_unknown_task_keeps_kie_s_own_422(struck: Struck) -> None:
    reply = struck.http.get("/kie/api/v1/veo/record-info?taskId=none")
    assert reply.json() == {"code": 422, "msg": "Record not found for taskId: none", "data": None}
