"""Writes Lumen's replies, and the one object that they and the callback are made of."""

from __future__ import annotations

from typing import Any

from mockserver.sdk import provider as api

WORDS = {
    "queued": "waiting",
    "running": "drawing",
    "succeeded": "ready",
    "failed": "broken",
    "expired": "gone",
}


def created(outcome: api.Accepted, inbound: api.Inbound, context: api.Context) -> api.Reply:
    """202, and where to ask."""
    body = {"render": outcome.task.id, "state": "waiting"}
    return api.json_reply(202, body, ((b"location", f"/v2/renders/{outcome.task.id}".encode()),))


def render(outcome: api.Found, inbound: api.Inbound, context: api.Context) -> api.Reply:
    """A render as it stands."""
    return api.json_reply(200, render_object(outcome.task, outcome.state, context))


def render_object(task: api.Task, state: api.State, context: api.Context) -> dict[str, Any]:
    """A render. A word that no document lists stands for itself."""
    percent = 100.0 if state.phase == "succeeded" else state.progress
    as_share = context.dialect["progress"] == "share"
    body: dict[str, Any] = {
        "render": task.id,
        "state": state.word or WORDS[state.phase],
        "done": round(percent / 100, 3) if as_share else percent,
    }
    if state.phase == "succeeded" and task.plan.results.urls != "absent":
        films = [] if task.plan.results.urls == "empty" else range(task.videos)
        links = [api.media_url(task, context.sandbox_id, n) for n in films]
        body["films"] = [{"url": link, "until_ms": api.media_until_ms(task)} for link in links]
    if state.failure is not None:
        body["why"] = {"word": state.failure.code, "text": state.failure.message}
    return body


def wallet(outcome: api.Balance, inbound: api.Inbound, context: api.Context) -> api.Reply:
    """Coins that are left; null on an account without a limit."""
    left = outcome.left_micros
    return api.json_reply(200, {"coins": None if left is None else left / api.MICROS})
