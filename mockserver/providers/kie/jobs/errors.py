"""Refusals of the jobs API: Kie's envelope with the jobs API's own texts. Texts without a mark were
observed on `createTask`; docs: market/common/get-task-detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.providers.kie import errors, uploads
from mockserver.providers.kie.errors import UNKNOWN_ORIGINAL, Row, envelope

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Refusal, Reply

PATH = "/api/v1/jobs/"
CATALOGUE = "/api/v1/models"
NO_TASK_ID = Row(400, "taskId parameter is required", bare=True)  # docs
UNKNOWN_JOBS = {
    "is_null": Row(422, "recordInfo is null"),
    "not_found": Row(404, "Task not found", bare=True),  # docs
}
ROWS: dict[str, Row] = {
    "missing_field": Row(500, "This field is required"),
    "rate_limited": Row(429, "Your call frequency is too high. Please try again later."),
}
IN_CATALOGUE = {
    "unknown_model": replace(errors.ROWS["unknown_model"], code=404),
    "rate_limited": ROWS["rate_limited"],
}
CREDITS = (
    "Credits insufficient : Your current balance isn’t enough to run this request. Please top up to "
    "continue."
)
NO_CREDITS = {"402": Row(402, CREDITS), "500": Row(500, CREDITS)}


def refuse(refusal: Refusal, context: Context) -> Reply:
    """A refusal of any of Kie's calls. If the jobs API has no own words, Kie's other words are
    used.
    """
    if context.request is not None and context.request.path.endswith(uploads.PATHS):
        return uploads.refuse(refusal, context)
    row = _row(refusal, context)
    if row is None:
        return errors.refuse(refusal, context)
    content = {} if row.bare else {"data": None}
    return envelope(context, row.code, refusal.message or row.msg, content)


def _row(refusal: Refusal, context: Context) -> Row | None:
    path = context.request.path if context.request is not None else ""
    if refusal.status is not None:
        return None
    if CATALOGUE in path:
        return IN_CATALOGUE.get(refusal.kind)
    if PATH not in path:
        return None
    reading = path.endswith("/recordInfo")
    match refusal.kind:
        case "missing_field" if reading:
            return NO_TASK_ID
        case "not_found" | "record_expired" if reading:
            return UNKNOWN_JOBS[context.dialect["unknown_job"]]
        case "not_found" | "record_expired":
            return UNKNOWN_ORIGINAL  # recorded on the older upgrades; assumed here
        case "insufficient_balance":
            return NO_CREDITS[context.dialect["job_credits_code"]]
        case kind:
            return ROWS.get(kind)
