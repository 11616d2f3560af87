"""xcompute, a house brand of APIMart: Veo 3.1 tasks, polled or announced by a webhook."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.providers.xcompute.dialect import DIALECT
from mockserver.providers.xcompute.errors import IDEMPOTENCY, ROWS, refuse
from mockserver.providers.xcompute.events import POLICY, callback
from mockserver.providers.xcompute.judging import JUDGING
from mockserver.providers.xcompute.models import MODELS
from mockserver.providers.xcompute.operations import OPERATIONS
from mockserver.providers.xcompute.status import FAILURES
from mockserver.sdk.provider import PollAdvice, Provider, Ticks, ids

DAY_MS = 86_400_000


def _make_id(chance: bytes, at_ms: int, operation: str, dialect: Mapping[str, str]) -> str:
    """`task_` and a ULID [seed 003]."""
    return "task_" + ids.ulid(chance, at_ms)


def _media_ttl_ms(dialect: Mapping[str, str]) -> int:
    return 3 * DAY_MS if dialect["link_life"] == "72h" else DAY_MS


PROVIDER = Provider(
    name="xcompute",
    title="xcompute / APIMart",
    hosts=(
        "xcompute.us",
        "api.xcompute.us",
        # docs: docs.apimart.ai: the same API
        "api.apimart.ai",
        "api.apib.ai",
        "api.aiuxu.com",
        "api.aishuch.com",
    ),
    unit="USD",
    usd_per_unit=1.0,
    operations=OPERATIONS,
    models=MODELS,
    failures=FAILURES,
    refuse=refuse,
    make_id=_make_id,
    retention_ms=DAY_MS,  # assumed: the record lives as long as its link
    media_ttl_ms=_media_ttl_ms,
    poll=PollAdvice(interval_ms=2000, deadline_ms=600_000),  # docs: docs.apimart.ai/en/development
    dialect=DIALECT,
    callback_policy=POLICY,
    callback=callback,
    refusals=(*ROWS, *IDEMPOTENCY),
    ticks=Ticks(10, 9.0, 90.2),  # assumed: no source shows how it moves
    judging=JUDGING,
)
