"""xcompute's status words, and how a job can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.providers.xcompute.errors import BAD_GATEWAY, SERVER_ERROR
from mockserver.sdk.provider import Failure, State

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context

CANCELLED = "cancelled"  # docs: docs.apimart.ai/en/api-reference/tasks/status
WORDS = {"queued": "pending", "succeeded": "completed", "failed": "failed", "expired": "failed"}


def word(state: State, context: Context) -> str:
    """The status word in a query. A dialect decides the word for a running job. Only creations say
    `submitted`.
    """
    if state.word:
        return state.word
    if state.failure is not None and state.failure.name == CANCELLED:
        return CANCELLED
    return WORDS.get(state.phase) or context.dialect["running_word"]


FAILURES: dict[str, Failure] = {
    failure.name: failure
    for failure in (
        # observed text; code and type are assumed
        Failure("content_policy", 400, "content rejected", "invalid_request_error"),
        # inferred from the documented envelope with the same number
        Failure("server_error", SERVER_ERROR.status, SERVER_ERROR.message, SERVER_ERROR.type),
        Failure("bad_gateway", BAD_GATEWAY.status, BAD_GATEWAY.message, BAD_GATEWAY.type),
        # docs: docs.apimart.ai tasks/webhook, newer form; the text is assumed
        Failure("task_failed", 500, "task failed", "task_failed"),
        # assumed: the status word is documented, the fields beside it are not
        Failure(CANCELLED, 500, "task cancelled", "task_cancelled"),
    )
}
