"""APIYI's error envelope: {"error": {code, message, type}}, a string code.

Codes: seed 000. The statuses of `invalid_model`, `invalid_prompt` and `video_not_ready` are
inferred; messages without a source are assumed and name the field.
"""

from __future__ import annotations

from msgspec import Struct

from mockserver.sdk.provider import Context, Refusal, Reply, json_reply, request_id


class Row(Struct, frozen=True):
    """One kind of refusal as it is sent. The body leaves out empty fields."""

    status: int
    code: str
    message: str
    type: str = "invalid_request_error"


ROWS: dict[str, Row] = {
    # seed 000, verbatim
    "unauthorized": Row(401, "invalid_api_key", "Invalid API key provided", "authentication_error"),
    "invalid_model": Row(400, "invalid_model", "The model does not exist"),  # assumed text
    "invalid_prompt": Row(400, "invalid_prompt", "Invalid prompt"),  # assumed text
    "not_found": Row(404, "video_not_found", "Video not found"),  # assumed text
    "not_ready": Row(400, "video_not_ready", "Task is not completed yet"),
    "insufficient_balance": Row(
        403, "quota_exceeded", "Insufficient balance", "insufficient_quota"
    ),
    # assumed: no source prints this body
    "rate_limited": Row(429, "rate_limit_exceeded", "Rate limit exceeded", "rate_limit_error"),
    # code: threezhang/docs, troubleshooting, verbatim
    "model_not_found": Row(400, "model_not_found", "The model does not exist"),
    "invalid_messages": Row(400, "", "Invalid message format"),
    "image_unreadable": Row(400, "invalid_image_format", "Unsupported image format", ""),
    "image_too_large": Row(400, "image_too_large", "Image size exceeds limit", ""),
    "image_unwanted": Row(
        400, "model_not_support_image", "This model does not support image input", ""
    ),
    "image_fetch": Row(400, "image_fetch_failed", "Failed to fetch image", ""),
    # code: API-MANUAL.md of sora-2; the texts are assumed
    "malformed": Row(400, "invalid_request", "Invalid request body"),
    "invalid_field": Row(400, "invalid_request", "Invalid request"),
    # assumed: no source says how these requests are refused
    "too_large": Row(413, "invalid_request", "Request body too large"),
    "bad_directive": Row(400, "invalid_prompt", "Invalid prompt"),
    "unknown_path": Row(404, "not_found", "Not found"),
    "method_not_allowed": Row(405, "method_not_allowed", "Method not allowed"),
    # code: threezhang/docs, sora2 troubleshooting, verbatim
    "content_policy": Row(
        400,
        "content_policy_violation",
        "Your request was rejected due to content policy violation",
        "content_violation",
    ),
    "overloaded": Row(
        503, "heavy_load", "We're under heavy load, please try again later", "server_error"
    ),
    "forbidden": Row(403, "permission_denied", "Access denied", "permission_error"),  # assumed
    "server_error": Row(500, "server_error", "Internal server error", "server_error"),  # assumed
}
# assumed: the words around "is no longer available" [docs: live/2026-10/veo-3-1-preview-retired]
RETIRED = (
    '{"error":{"code":404,"message":"models/veo-3.1-generate-preview is no longer available.",'
    '"status":"NOT_FOUND"}}'
)
# Status and whole body while APIYI is out of service, in the words of the service behind it
OUTAGES: dict[str, tuple[int, dict[str, object]]] = {
    # client, new-api family; docs: live/2026-10, a 404
    "retired": (404, {"code": "fail_to_fetch_task", "message": RETIRED, "data": None}),
    # docs: live/2026-05/veo-3-1-internal-error
    "paused": (
        500,
        {"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}},
    ),
}
# How other sources show the refusal of a key or of an empty account; each is a whole body
KEY_BODIES: dict[str, dict[str, str]] = {
    # code: threezhang/docs, troubleshooting
    "incorrect_key": {
        "message": "Incorrect API key provided",
        "type": "invalid_request_error",
        "code": "invalid_api_key",
    },
    # client
    "gateway": {"message": "无效的令牌 (request id: {})", "type": "shell_api_error"},
}
OUT_OF_QUOTA = "user [65944] quota [-14305] preConsumedQuota [7500] is not enough"  # observed
QUOTA_BODIES: dict[str, dict[str, str]] = {
    # code: threezhang/docs, troubleshooting
    "insufficient_balance": {
        "message": "Insufficient balance",
        "type": "insufficient_quota",
        "code": "insufficient_balance",
    },
    # code: threezhang/docs, sora2 troubleshooting
    "insufficient_credits": {
        "message": "Insufficient credits",
        "type": "insufficient_quota",
        "code": "insufficient_credits",
    },
    # docs: docs.apiyi.com FAQ
    "insufficient_user_quota": {
        "message": OUT_OF_QUOTA,
        "localized_message": "Insufficient user quota",
        "type": "shell_api_error",
        "param": "",
        "code": "insufficient_user_quota",
    },
    "bare": {"message": OUT_OF_QUOTA},
}
# Which kind stands for a status that a user asks for by its number. assumed: 403, which was seen
# only with an empty account, and the statuses that nobody documents (405, 413, 422, 502, 504): each
# has the words of the nearest one.
BY_STATUS = {403: "forbidden", 405: "method_not_allowed", 413: "too_large", 503: "overloaded"}
NO_CHANNEL = {"error": {"message": "no available channels"}}  # observed


def refuse(refusal: Refusal, context: Context) -> Reply:
    """A refusal in APIYI's words. Dialects decide about keys, unknown models and the quota."""
    kind, dialect = BY_STATUS.get(refusal.status or 0, refusal.kind), context.dialect
    if kind == "invalid_model":
        kind = dialect["unknown_model"]
        if kind == "no_channel":
            return json_reply(503, NO_CHANNEL)
    if kind in OUTAGES:
        return json_reply(*OUTAGES[kind])
    row = ROWS[kind]
    status = int(dialect["quota_status"]) if kind == "insufficient_balance" else row.status
    status = refusal.status or status
    if kind == "unauthorized" and dialect["unauthorized"] in KEY_BODIES:
        body = KEY_BODIES[dialect["unauthorized"]]
        named = request_id(context.seed, context.now_ms)
        body = body | {"message": body["message"].replace("{}", named)}
        return json_reply(status, {"error": body})
    if kind == "insufficient_balance" and dialect["quota_body"] in QUOTA_BODIES:
        return json_reply(status, {"error": QUOTA_BODIES[dialect["quota_body"]]})
    error = {"code": row.code, "message": refusal.message or row.message, "type": row.type}
    return json_reply(status, {"error": {name: text for name, text in error.items() if text}})
