"""Kie.ai: Veo 3.1 tasks, polled or announced by callback, with 1080p, 4k and extension."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.providers.kie import jobs, uploads
from mockserver.providers.kie.dialect import DIALECT
from mockserver.providers.kie.errors import ROWS
from mockserver.providers.kie.events import POLICY, policy
from mockserver.providers.kie.judging import JUDGING
from mockserver.providers.kie.models import MODELS
from mockserver.providers.kie.operations import OPERATIONS
from mockserver.providers.kie.status import FAILURES
from mockserver.sdk.provider import PollAdvice, Provider, Quota, Ticks, ids

DAY_MS = 86_400_000
RETENTION_MS = 14 * DAY_MS  # docs: intro, get-veo-3-video-details
FRESH_LINK_MS = 20 * 60_000  # docs: docs.kie.ai/common-api, download-url
ID_DIGITS = 12  # as many as in the documents' veo_task_abcdef123456


def _make_id(chance: bytes, at_ms: int, operation: str, dialect: Mapping[str, str]) -> str:
    """32 hex digits [recorded], or `veo_task_` and `veo_extend_task_` [docs]."""
    digits = ids.hex32(chance, at_ms)
    if dialect["task_id"] == "hex32":
        return digits
    prefix = "veo_extend_task_" if operation == "extend" else "veo_task_"
    return prefix + digits[:ID_DIGITS]


def _media_ttl_ms(dialect: Mapping[str, str]) -> int:
    return DAY_MS if dialect["media_ttl"] == "24h" else RETENTION_MS


PROVIDER = Provider(
    name="kie",
    title="Kie.ai",
    hosts=("api.kie.ai", uploads.HOST),
    unit="credits",
    usd_per_unit=0.005,
    operations=(*OPERATIONS, *jobs.OPERATIONS, *uploads.OPERATIONS),
    models=MODELS,
    failures=FAILURES,
    refuse=jobs.refuse,
    make_id=_make_id,
    retention_ms=RETENTION_MS,
    media_ttl_ms=_media_ttl_ms,
    poll=PollAdvice(interval_ms=30_000, deadline_ms=600_000),  # seed 001
    dialect=(*DIALECT, *jobs.DIALECT),
    # docs: intro; refused calls are not queued
    quotas=(
        Quota("kie_creations", 20, 10_000, frozenset({"generate", "extend"})),
        *jobs.QUOTAS,
    ),
    callback_policy=POLICY,
    policy_in=policy,
    callback=jobs.callback,
    refusals=tuple(ROWS),
    ticks=Ticks(10, 9.0, 90.2),  # assumed, and never sent: rules for a range of progress use it
    fresh_link_ms=FRESH_LINK_MS,
    judging=JUDGING,
)
