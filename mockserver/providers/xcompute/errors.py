"""xcompute's error envelope: {"error": {code, message, type}}, whose code is the HTTP status.

The seven documented rows: seed 003, verbatim in Chinese; their English is assumed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.sdk.provider import LAST_MS, Reply, json_reply, request_id

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound, Refusal


class Row(Struct, frozen=True):
    """One kind of refusal as it is sent. `code` repeats the HTTP status."""

    status: int
    type: str
    message: str


# seed 003
BAD_REQUEST = Row(400, "invalid_request_error", "请求参数无效")
UNAUTHORIZED = Row(401, "authentication_error", "身份验证失败，请检查您的API密钥")
NO_MONEY = Row(402, "payment_required", "账户余额不足，请充值后再试")
FORBIDDEN = Row(403, "permission_error", "访问被禁止，您没有权限访问此资源")
TOO_MANY = Row(429, "rate_limit_error", "请求过于频繁，请稍后再试")
SERVER_ERROR = Row(500, "server_error", "服务器内部错误，请稍后重试")
BAD_GATEWAY = Row(502, "bad_gateway", "网关错误，服务器暂时不可用")

APIMART = "apimart_error"  # the type of every error of the live gateway [observed]
ROWS: dict[str, Row] = {
    "malformed": BAD_REQUEST,
    "invalid_field": BAD_REQUEST,
    "image_unreadable": BAD_REQUEST,
    "image_too_large": BAD_REQUEST,
    "bad_directive": BAD_REQUEST,
    "unauthorized": UNAUTHORIZED,
    "insufficient_balance": NO_MONEY,
    "forbidden": FORBIDDEN,
    "rate_limited": TOO_MANY,
    "server_error": SERVER_ERROR,
    "bad_gateway": BAD_GATEWAY,
    # docs: docs.apimart.ai/cn/api-reference/tasks/status
    "not_found": Row(400, "invalid_request_error", "无效的任务ID"),
    # assumed: how a remix is refused
    "not_succeeded": BAD_REQUEST,
    "not_extendable": BAD_REQUEST,
    # observed: 404 on unknown paths, 503 without capacity; the bodies are assumed
    "unknown_path": Row(404, "invalid_request_error", "Not Found"),
    "method_not_allowed": Row(405, "invalid_request_error", "Method Not Allowed"),
    "overloaded": Row(503, "server_error", "Service temporarily unavailable, no capacity"),
    # observed on 2026-05-25; it has its own envelope in every dialect
    "get_channel_failed": Row(
        500,
        APIMART,
        "Please wait and try again later. Thank you for your patience!",
    ),
    "too_large": Row(413, "invalid_request_error", "请求参数无效"),  # assumed
}

# docs: github.com/apimart-ai/apimart-skills, tool-contracts.md: 409 with a word as its code; the
# texts are assumed
IDEMPOTENCY = {
    "idempotency_key_reused": "Idempotency key was used with a different request",
    "idempotency_in_progress": "A request with this idempotency key is in progress",
    "idempotency_result_indeterminate": "The result of this idempotency key is not known",
}
# assumed: the same in the words of the English pages
ENGLISH = {
    BAD_REQUEST.message: "Invalid request parameters",
    UNAUTHORIZED.message: "Authentication failed, please check your API key",
    NO_MONEY.message: "Insufficient account balance, please top up and try again",
    FORBIDDEN.message: "Access denied, you do not have permission to access this resource",
    TOO_MANY.message: "Too many requests, please try again later",
    SERVER_ERROR.message: "Internal server error, please try again later",
    BAD_GATEWAY.message: "Bad gateway, server temporarily unavailable",
    ROWS["not_found"].message: "Invalid task ID",
}
# Which kind stands for a status that a user asks for by its number. assumed: the statuses that
# nobody documents (404, 405, 413, 422, 503, 504) repeat the number, and each has the words of the
# nearest one.
BY_STATUS = {
    403: "forbidden",
    404: "unknown_path",
    405: "method_not_allowed",
    413: "too_large",
    502: "bad_gateway",
    503: "overloaded",
}
BALANCE_PATHS = ("/v1/balance", "/balance", "/v1/user/balance")


def spoken(message: str, language: str, context: Context) -> str:
    """A message in the language that was asked for. assumed: it is English for every language
    except Chinese.
    """
    language = language or context.dialect["language"]
    return message if language.lower().startswith("zh") else ENGLISH.get(message, message)


def refuse(refusal: Refusal, context: Context) -> Reply:
    """A refusal as seed 003 prints it, or as the live gateway answered (dialect)."""
    if refusal.kind in IDEMPOTENCY:
        error = {"code": refusal.kind, "message": IDEMPOTENCY[refusal.kind]}
        return json_reply(409, {"error": error})
    row = ROWS[BY_STATUS.get(refusal.status or 0, refusal.kind)]
    row = replace(row, status=refusal.status or row.status)
    request = context.request
    language = request.query("language") if request is not None else ""
    message = spoken(refusal.message or row.message, language, context)
    if context.dialect["balance_refusal"] == "success_false" and _asks_balance(request):
        return json_reply(200, {"success": False, "message": message})
    if refusal.kind == "get_channel_failed":
        return json_reply(row.status, {"error": _no_channel(row, context)})
    if context.dialect["error_body"] == "apimart":
        return json_reply(row.status, {"error": _observed(refusal.kind, message, context)})
    return json_reply(
        row.status, {"error": {"code": row.status, "message": message, "type": row.type}}
    )


def _asks_balance(request: Inbound | None) -> bool:
    return request is not None and request.method == "GET" and request.path.endswith(BALANCE_PATHS)


def _observed(kind: str, message: str, context: Context) -> dict[str, str]:
    """The live gateway's own envelope. Only the text for a refused key was observed."""
    text = "invalid API key" if kind == "unauthorized" else message
    return {
        "code": "",
        "message": f"{text} (request id: {live_request_id(context)})",
        "param": "",
        "type": APIMART,
    }


def _no_channel(row: Row, context: Context) -> dict[str, str]:
    """What the live gateway says if it has no channel, in the order of the observed body."""
    return {
        "message": f"{row.message} (request id: {live_request_id(context)})",
        "type": row.type,
        "param": "",
        "code": "get_channel_failed",
    }


def live_request_id(context: Context) -> str:
    """An id like the observed ones: date, time, nine digits of a second, eight letters."""
    now_ms = min(context.now_ms, LAST_MS)
    second = datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y%m%d%H%M%S")
    letters = request_id(context.seed, context.now_ms, 8)
    return f"{second}{now_ms % 1000:03d}000000{letters}"
