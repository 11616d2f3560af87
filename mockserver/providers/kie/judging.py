"""What findings about clients need to know of Kie."""

from __future__ import annotations

from typing import Any

from mockserver.sdk.provider import Judging, Parameters, at, json_of, text_at

# Codes of the envelope that are not HTTP statuses, each with the status that means the same.
AS_STATUS = {433: 429, 455: 503}  # docs: docs.kie.ai, table of codes; clients

PARAMETERS = {
    # seed 001; docs: generate-veo-3-video
    "generate": Parameters(
        frozenset(
            (
                "prompt",
                "imageUrls",
                "model",
                "generationType",
                "aspect_ratio",
                "aspectRatio",
                "callBackUrl",
                "enableFallback",
                "enableTranslation",
                "watermark",
                "resolution",
                "duration",
                "seeds",
            )
        ),
        incidental=frozenset(("seeds", "callBackUrl")),
    ),
    # docs: extend-video
    "extend": Parameters(
        frozenset(("taskId", "prompt", "seeds", "model", "watermark", "callBackUrl")),
        incidental=frozenset(("seeds", "callBackUrl")),
    ),
    # docs: get-veo-3-4k-video
    "get_4k": Parameters(frozenset(("taskId", "index", "callBackUrl"))),
}


def _status(status: int, body: bytes) -> int:
    """The envelope's `code` in an HTTP 200. A 422 with links is a success (4k) [docs]."""
    if status != 200 or b'"code"' not in body:
        return status
    content = json_of(body)
    code = at(content, "code")
    if not isinstance(code, int) or isinstance(code, bool) or code < 100:
        return status
    if code == 422 and at(content, "data", "resultUrls"):
        return status
    return AS_STATUS.get(code, code)


def _created_id(content: Any) -> str:
    return text_at(content, "data", "taskId")


def _callback_id(content: Any) -> str:
    """`data.taskId`, or `data.task_id` in the 4k callback [docs]."""
    return text_at(content, "data", "taskId") or text_at(content, "data", "task_id")


JUDGING = Judging(_status, _created_id, _callback_id, id_field="taskId", parameters=PARAMETERS)
