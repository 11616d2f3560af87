"""Kie's catalogue: the rows of the Veo family, word for word [recorded, October 2026]."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.providers.kie.errors import success
from mockserver.providers.kie.jobs.input import unknown_model
from mockserver.providers.kie.jobs.models import EXTEND, GET_4K, GET_1080P, VEO
from mockserver.sdk.provider import LAST_MS, ListModels, Models, Reply

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

PROVIDER = "Google"
SPAN_S, POINTS = 600, 144  # recorded: models-success-rate, 2026-10-01


class Row(Struct, frozen=True):
    """One model of the catalogue. Its slug is its name, and it has no description."""

    title: str
    task_types: tuple[str, ...]
    pricing: str


ROWS = {
    VEO: Row(
        "Veo 3.1",
        ("Text to Video", "Image to Video"),
        "Lite mode (text-to-video / image-to-video/ reference-to-video): 720P — 30 credits "
        "(≈ $0.15) per video; 1080P — 35 credits (≈ $0.175) per video; 4K — 150 credits (≈ $0.75) "
        "per video.\n"
        "Fast mode (text-to-video / image-to-video / reference-to-video): 720P — 60 credits "
        "(≈ $0.30) per video; 1080P — 65 credits (≈ $0.325) per video; 4K — 180 credits (≈ $0.90) "
        "per video.\n"
        "Quality mode (text-to-video / image-to-video): 720P — 250 credits (≈ $1.25) per video; "
        "1080P — 255 credits (≈ $1.275) per video; 4K — 370 credits (≈ $1.85) per video.\n\n"
        "High-tier top-ups (+10% bonus) reduce the effective cost by about 10%, making pricing even "
        "lower for Lite, Fast, and Quality mode across all resolutions.",
    ),
    GET_1080P: Row(
        "Veo 1080p video",
        ("Video to Video",),
        "1080P video output: 5 credits per video ($0.025) \n"
        "High-tier top-ups (+10% bonus) bring effective pricing down to (~$0.023) per video.",
    ),
    GET_4K: Row(
        "Veo 4k video",
        ("Video to Video",),
        "4K video generation: 120 credits per video (≈ $0.60)\n"
        "High-tier top-ups (+10% bonus) bring effective pricing down to (~$0.54) per video.",
    ),
    EXTEND: Row(
        "Veo Extend",
        ("Text to Video",),
        "Lite mode 30 credits ($0.15 ) , Fast mode 60 credits ($0.30), Quality mode 250 credits "
        "($1.25) per extension. \n"
        "High-tier top-ups include 10% bonus credits, making the effective cost approximately 90% "
        "of the listed prices.",
    ),
}


def list_models(inbound: Inbound, context: Context) -> ListModels:
    """`GET /api/v1/models` and `/api/v1/models/<m>/price`."""
    return ListModels()


def models(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """The rows that `taskType`, `provider` and `q` select. assumed: upper and lower case are the
    same, and `q` may be in any name.
    """
    rows = [_shown(name, row) for name, row in ROWS.items() if _asked_for(name, row, inbound)]
    return success(context, {"total": len(rows), "models": rows})


def _asked_for(name: str, row: Row, inbound: Inbound) -> bool:
    task_type, provider, words = (
        inbound.query(each).lower() for each in ("taskType", "provider", "q")
    )
    types = [each.lower() for each in row.task_types]
    return (
        (not task_type or task_type in types)
        and (not provider or provider == PROVIDER.lower())
        and (words in name or words in row.title.lower())
    )


def _shown(name: str, row: Row) -> dict[str, Any]:
    return {
        "model": name,
        "slug": name,
        "title": row.title,
        "provider": PROVIDER,
        "taskType": row.task_types,
        "description": None,
        "pricingDesc": row.pricing,
    }


def price(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """The price of one model in words. Raises Refusal(`unknown_model`)."""
    name = _asked(inbound)
    return success(context, {"model": name, "pricingDesc": ROWS[name].pricing})


def success_rate(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """The last day in spans of ten minutes. assumed: the service is as it is where nothing ran.

    Raises Refusal(`unknown_model`).
    """
    name, ends_s = _asked(inbound), context.now_ms // 1000 // SPAN_S * SPAN_S
    starts_s = range(ends_s - POINTS * SPAN_S, ends_s, SPAN_S)
    points = [
        {
            "start": _utc(start_s),
            "end": _utc(start_s + SPAN_S),
            "successRate": None,
            "errorRate": None,
            "isNormal": True,
        }
        for start_s in starts_s
    ]
    return success(context, {"model": name, "points": points})


def schema(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """No OpenAPI document, which the service gives for some models. assumed: for these.

    Raises Refusal(`unknown_model`).
    """
    return success(context, {"model": _asked(inbound), "openapi": None})


def _asked(inbound: Inbound) -> str:
    """The model in the path, whose name may have a slash."""
    kind = inbound.params.get("kind")
    name = inbound.params["model"] + (f"/{kind}" if kind else "")
    if name not in ROWS:
        raise unknown_model(name, ROWS)
    return name


def _utc(second_s: int) -> str:
    return datetime.fromtimestamp(min(second_s, LAST_MS // 1000), UTC).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )
