"""What findings about clients need to know of xcompute."""

from __future__ import annotations

from typing import Any

from mockserver.sdk.provider import Judging, Parameters, at, json_of, text_at

PARAMETERS = {
    # seed 003; docs: docs.apimart.ai
    "create": Parameters(
        frozenset(
            (
                "model",
                "prompt",
                "duration",
                "aspect_ratio",
                "generation_type",
                "image_urls",
                "resolution",
                "enable_gif",
                "official_fallback",
                "webhook",
            )
        ),
        incidental=frozenset(("webhook",)),
    ),
    # docs: docs.apimart.ai videos/veo3/remix
    "remix": Parameters(frozenset(("model", "prompt", "raw", "aspect_ratio", "resolution"))),
}
BALANCE_REFUSED = 401  # assumed: this answer was only seen for refused keys


def _status(status: int, body: bytes) -> int:
    """The HTTP status. A refused balance says `success: false` in an HTTP 200 [docs]."""
    if status == 200 and b'"success"' in body and at(json_of(body), "success") is False:
        return BALANCE_REFUSED
    return status


def _created_id(content: Any) -> str:
    return text_at(content, "data", 0, "task_id")


def _callback_id(content: Any) -> str:
    return text_at(content, "id")


JUDGING = Judging(
    _status,
    _created_id,
    _callback_id,
    parameters=PARAMETERS,
    idempotency_header="idempotency-key",  # docs: docs.apimart.ai, dev-integration-guide
)
