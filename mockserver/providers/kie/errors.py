"""Kie's envelope: {"code", "msg", "data"}, inside HTTP 200 even if something went wrong.

Texts without a mark stand in the documents' table of codes [docs: docs.kie.ai].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from mockserver.providers.kie.status import UNAVAILABLE_4K
from mockserver.sdk.provider import Headers, Reply, encode_json

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Refusal

JSON_TYPE = (b"content-type", b"application/json;charset=UTF-8")  # recorded
UNAUTHORIZED_HEADERS: Headers = (  # recorded: models-schema-auth-error, 2026-10-01
    (b"content-type", b"application/json;charset=utf-8"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-credentials", b"true"),
    (b"vary", b"Access-Control-Request-Headers"),
)
# Codes that are not HTTP statuses, or not the same ones; assumed
HTTP_STATUSES = {433: 429, 455: 503, 505: 500}


class Row(Struct, frozen=True):
    """One kind of refusal. `bare` leaves `data` out of the body."""

    code: int
    msg: str
    bare: bool = False


# recorded
UNAUTHORIZED = Row(
    401,
    "Unauthorized – Authentication failed. Please check that your Authorization and Content-Type "
    "headers are correctly set.",
    bare=True,
)
# docs: generate-veo-3-video; clients
PENDING_1080P = "1080P is processing. It should be ready in 1-2 minutes. Please check back shortly."
VALIDATION = "Validation Error - The request parameters failed validation checks"
NOT_SUCCESS = "record status is not success."

ROWS: dict[str, Row] = {
    "unauthorized": UNAUTHORIZED,
    "forbidden": Row(401, "You do not have access permissions", bare=True),
    "insufficient_balance": Row(  # observed by three
        402,
        "Credits insufficient : Your current balance isn’t enough to run this request. "
        "Please top up to continue.",
    ),
    "missing_field": Row(422, "不能为空"),
    "not_found": Row(422, "Record not found for taskId: {}"),  # recorded
    "record_expired": Row(422, "Temporarily supports records within 14 days."),
    "not_succeeded": Row(422, NOT_SUCCESS),
    "pending_1080p": Row(400, PENDING_1080P),
    # observed on `jobs/createTask`; the second text names the field if it is known
    "unknown_model": Row(
        422,
        "The model name you specified is not supported. Please verify your input and use one of the "
        "supported models provided by KIE.",
    ),
    "outside_range": Row(500, "This field is not within the range of allowed options"),
    # observed: 2026-10-02
    "rate_limited": Row(429, "Your call frequency is too high. Please try again later."),
    "unknown_path": Row(404, "Not Found - The requested resource or endpoint does not exist"),
    # assumed: the general text of code 422
    "malformed": Row(422, VALIDATION),
    "invalid_field": Row(422, VALIDATION),
    "bad_directive": Row(422, VALIDATION),
    "too_large": Row(422, VALIDATION),  # assumed: with HTTP 431 for a head that is too large, too
    "wrong_ratio": Row(422, VALIDATION),
    "no_such_video": Row(422, VALIDATION),
    "not_extendable": Row(422, VALIDATION),
    "foreign_url": Row(422, "url is wrong"),  # recorded
    "method_not_allowed": Row(500, "Request method is not supported"),  # assumed
    # No request leads to these. The scenario `refuse` and faults do.
    "prompt_flagged": Row(400, "Your prompt was flagged by Website as violating content policies."),
    "english_only": Row(400, "Only English prompts are supported at this time"),
    "unsafe_image": Row(400, "Public error: unsafe image upload"),
    "upgrade_failed": Row(500, UNAVAILABLE_4K.message),
    # docs give the meaning of 408; the words are assumed
    "upstream_timeout": Row(
        408, "Upstream is currently experiencing service issues. No result for over 10 minutes."
    ),
    "request_limit": Row(433, "Request Limit - Sub-key Usage Exceeds Limit"),
    "image_fetch": Row(
        451,
        "Failed to fetch the image. Kindly verify any access limits set by you or your service "
        "provider.",
    ),
    "overloaded": Row(455, "Service Unavailable - System is currently undergoing maintenance"),
    "server_error": Row(
        500, "Server Error - An unexpected error occurred while processing the request"
    ),
    "generation_failed": Row(501, "Generation Failed - Content generation task failed"),
    "feature_disabled": Row(505, "Feature Disabled - The requested feature is currently disabled"),
}
# Which kind stands for a code that a user asks for by its number. docs: docs.kie.ai
BY_CODE = {
    400: "prompt_flagged",
    404: "unknown_path",
    408: "upstream_timeout",
    433: "request_limit",
    451: "image_fetch",
    455: "overloaded",
    501: "generation_failed",
    505: "feature_disabled",
}
UNKNOWN_TASKS = {
    "not_found": ROWS["not_found"],
    "is_null": Row(422, "record is null."),
    "not_exist": Row(422, "The record does not exist", bare=True),
}
UNKNOWN_ORIGINAL = Row(422, "Record does not exist")  # recorded: 1080p and 4k
UNKNOWN_PARENT = ROWS["unknown_path"]  # docs: extend-video: 404, the original does not exist
CREDITS_TEXTS = {
    "balance": ROWS["insufficient_balance"],
    "insufficient_credits": Row(402, "Insufficient credits"),
    "credits_insufficient": Row(402, "Credits insufficient"),
    "documented": Row(
        402,
        "Insufficient Credits - Account does not have enough credits to perform the operation",
    ),
}
RATE_DOCUMENTED = Row(429, "Rate Limited - Request limit has been exceeded for this resource")
NO_PROMPT = Row(422, "Please enter prompt")  # observed: a live probe of generate, 2026
REQUIRED = Row(500, "This field is required", bare=True)  # client


def envelope(
    context: Context, code: int, msg: str, content: dict[str, Any], headers: Headers = ()
) -> Reply:
    """A reply with an envelope's code. `content` holds `data`, or nothing."""
    status = 200
    if context.dialect["http_status"] == "real":
        status = HTTP_STATUSES.get(code, code)
    body = encode_json({"code": code, "msg": msg} | content)
    return Reply(status, (JSON_TYPE, *headers), body)


def success(context: Context, data: object) -> Reply:
    """The envelope of a success."""
    return envelope(context, 200, "success", {"data": data})


def refuse(refusal: Refusal, context: Context) -> Reply:
    """A refusal in Kie's words. X-Mock-Reason says what is wrong; a dialect says it in `msg`."""
    row = _row(refusal, context)
    told = None if refusal.message == refusal.reason else refusal.message  # the bounds are ours
    msg = told or row.msg
    named = context.dialect["validation_text"] == "named" and refusal.status is None
    if named and told is None and row.msg == VALIDATION:
        msg = refusal.reason
    reply = envelope(context, row.code, msg, {} if row.bare else {"data": None})
    if row == UNAUTHORIZED and context.dialect["unauthorized_headers"] == "recorded":
        return replace(reply, headers=UNAUTHORIZED_HEADERS)
    return reply


def _row(refusal: Refusal, context: Context) -> Row:
    """The row of a refusal in this dialect, for the call that is answered."""
    if refusal.kind == "missing_field" and refusal.status is None:
        by_prompt = context.dialect["missing_field"] == "prompt"
        if by_prompt and refusal.reason.startswith("prompt:"):
            return NO_PROMPT
    if refusal.status is None:
        return _worded(refusal.kind, refusal.task_id or "", context)
    row = _worded(BY_CODE.get(refusal.status, refusal.kind), "", context)
    return replace(row, code=refusal.status)  # assumed if no document has the code


def _worded(kind: str, task_id: str, context: Context) -> Row:
    dialect = context.dialect
    match kind:
        case "not_found":
            return _unknown(task_id, context)
        case "pending_1080p":
            return Row(int(dialect["pending_1080p_code"]), PENDING_1080P)
        case "insufficient_balance":
            return CREDITS_TEXTS[dialect["credits_text"]]
        case "unauthorized" if dialect["unauthorized"] == "permissions":
            return ROWS["forbidden"]
        case "rate_limited" if dialect["rate_text"] == "documented":
            return RATE_DOCUMENTED
        case "missing_field" if dialect["missing_field"] == "500":
            return REQUIRED
        case _:
            return ROWS[kind]


def _unknown(task_id: str, context: Context) -> Row:
    """Each call has its own words for a task that does not exist."""
    path = context.request.path if context.request is not None else ""
    if path.endswith("-video"):
        return UNKNOWN_ORIGINAL
    if path.endswith("/extend"):
        return UNKNOWN_PARENT
    row = UNKNOWN_TASKS[context.dialect["unknown_task"]]
    return Row(row.code, row.msg.replace("{}", task_id), row.bare)
