"""APIYI's status words, and how a job can fail."""

from __future__ import annotations

from mockserver.providers.apiyi.errors import RETIRED
from mockserver.sdk.provider import Context, Failure, State

GOOGLE_STATUS = "INTERNAL"  # comes with the integer code of an upstream error
WORDS = {"queued": "queued", "succeeded": "completed", "failed": "failed", "expired": "failed"}


def word(state: State, context: Context) -> str:
    """The status word of seed 000. A dialect decides the word for a running job."""
    if state.word:
        return state.word
    return WORDS.get(state.phase) or context.dialect["running_word"]


FAILURES: dict[str, Failure] = {
    failure.name: failure
    for failure in (
        # code: threezhang/docs, sora2 troubleshooting
        Failure(
            "content_policy",
            "content_policy_violation",
            "Your request was rejected due to content policy violation",
            "content_violation",
        ),
        Failure(
            "heavy_load",
            "heavy_load",
            "We're under heavy load, please try again later",
            "server_error",
        ),
        # A client observed these texts and tried again after each. The codes are assumed.
        Failure("internal", "task_failed", "服务内部异常", "server_error"),
        Failure("task_failed", "task_failed", "task_failed", "server_error"),
        # docs: docs.apiyi.com live/2026-10 and live/2026-05
        Failure("retired", "fail_to_fetch_task", RETIRED, "server_error"),
        Failure("paused", 500, "Internal error encountered.", GOOGLE_STATUS),
        Failure("audio_filtered", "task_failed", "AUDIO_FILTERED", "server_error"),
    )
}
