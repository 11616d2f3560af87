"""APIYI: async `/v1/videos` and chat completions, streamed or not."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.providers.apiyi.dialect import DIALECT
from mockserver.providers.apiyi.errors import OUTAGES, ROWS, refuse
from mockserver.providers.apiyi.judging import JUDGING
from mockserver.providers.apiyi.models import MODELS
from mockserver.providers.apiyi.operations import OPERATIONS
from mockserver.providers.apiyi.status import FAILURES
from mockserver.sdk.provider import BARE, BEARER, PollAdvice, Provider, Ticks, ids

DAY_MS = 86_400_000


def _make_id(chance: bytes, at_ms: int, operation: str, dialect: Mapping[str, str]) -> str:
    """`video_` [seed 000] and hex digits (assumed, like OpenAI's), or `task_` and 32 characters
    [observed].
    """
    if dialect["task_id"] == "task":
        return "task_" + ids.token(chance, at_ms, 32)
    return "video_" + ids.hex32(chance, at_ms)


def _media_ttl_ms(dialect: Mapping[str, str]) -> int:
    return DAY_MS  # seed 000


PROVIDER = Provider(
    name="apiyi",
    title="APIYI",
    hosts=("api.apiyi.com", "vip.apiyi.com"),
    unit="USD",
    usd_per_unit=1.0,
    operations=OPERATIONS,
    models=MODELS,
    failures=FAILURES,
    refuse=refuse,
    make_id=_make_id,
    retention_ms=DAY_MS,  # code: threezhang/docs: task and video live 24 h
    media_ttl_ms=_media_ttl_ms,
    poll=PollAdvice(interval_ms=5000, deadline_ms=600_000),
    dialect=DIALECT,
    refusals=(*ROWS, *OUTAGES),
    ticks=Ticks(
        10, 9.0, 90.2
    ),  # assumed: ten between the first and the last of the sample stream [seed 002]
    sdks={"openai": "/v1"},
    judging=JUDGING,
    keys=(BEARER, BARE),
)
