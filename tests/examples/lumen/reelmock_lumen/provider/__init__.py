"""Lumen: jobs that are called renders, a key in a header of its own, and a callback at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.sdk import provider as api
from reelmock_lumen.provider import replies, requests
from reelmock_lumen.provider.callback import POLICY, callback
from reelmock_lumen.provider.errors import FAILURES, ROWS, refuse

sdk = 1

DAY_MS = 86_400_000
RENDER = "/v2/renders/{render}"


def _make_id(chance: bytes, at_ms: int, operation: str, dialect: Mapping[str, str]) -> str:
    return "rnd_" + api.ids.hex32(chance, at_ms)[:20]


def _render_id(content: Any) -> str:
    return api.text_at(content, "render")


KNOWN = frozenset(("model", "prompt", "shape", "notify"))
PROVIDER = api.Provider(
    name="lumen",
    title="Lumen",
    hosts=("api.lumen.example",),
    keys=(api.KeyPlace("X-Lumen-Key"),),
    unit="coins",
    usd_per_unit=0.01,
    operations=(
        api.Operation("create", "POST", "/v2/renders", "create", requests.create, replies.created),
        api.Operation("status", "GET", RENDER, "poll", requests.read, replies.render, "render"),
        api.Operation("wallet", "GET", "/v2/wallet", "account", requests.wallet, replies.wallet),
    ),
    models=tuple(requests.MODELS.values()),
    failures=FAILURES,
    refuse=refuse,
    refusals=tuple(ROWS),
    make_id=_make_id,
    retention_ms=7 * DAY_MS,
    media_ttl_ms=lambda dialect: DAY_MS,
    poll=api.PollAdvice(interval_ms=5_000, deadline_ms=600_000),
    judging=api.Judging(
        api.http_status,
        _render_id,
        _render_id,
        parameters={"create": api.Parameters(KNOWN, incidental=frozenset(("notify",)))},
    ),
    dialect=(
        api.Switch("progress", {"share": "`done` from 0 to 1", "percent": "`done` from 0 to 100"}),
    ),
    callback_policy=POLICY,
    callback=callback,
)
