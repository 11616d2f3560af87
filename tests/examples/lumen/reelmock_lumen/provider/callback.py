"""What Lumen posts to `notify` when a render has ended: the render itself, signed."""

from __future__ import annotations

import hmac

from msgspec.structs import replace

from mockserver.sdk import provider as api
from reelmock_lumen.provider.errors import FAILURES
from reelmock_lumen.provider.replies import render_object

POLICY = api.CallbackPolicy(timeout_ms=5_000, retry_delays_ms=(30_000, 120_000))


def callback(task: api.Task, delivery: api.Delivery, context: api.Context) -> api.Message:
    """`X-Lumen-Seal` is the HMAC-SHA256 of the body, where the account has a webhook key."""
    state = api.state_at(task.plan, delivery.event_ms)
    if task.plan.results.contradict_callback:
        failed = state.phase == "failed"
        phase, failure = ("succeeded", None) if failed else ("failed", FAILURES["broken_pen"])
        state = replace(state, phase=phase, failure=failure)
    body = api.encode_json(render_object(task, state, context))
    headers = [api.JSON_TYPE]
    if context.webhook_key:
        seal = hmac.new(context.webhook_key.encode(), body, "sha256").hexdigest()
        headers.append((b"x-lumen-seal", seal.encode()))
    return api.Message(tuple(headers), body)
