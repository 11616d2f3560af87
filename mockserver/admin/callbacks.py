"""The callback log of a sandbox, and resending by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.admin.http.call import Ask, Call
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.journal.redaction import masked_url

if TYPE_CHECKING:
    from mockserver.domain.callback.delivery import Attempt, Delivery


async def list_all(ask: Ask) -> dict[str, Any]:
    """Every callback, those to come too, in the order of their events; `task_id` filters."""
    ask.known_query("task_id")
    log = await ask.core.store.deliveries((await ask.sandbox()).id)
    wanted = ask.query.get("task_id")
    return {"callbacks": [_shown(d) for d in log if wanted in (None, d.task_id)]}


async def resend(ask: Ask) -> dict[str, Any]:
    """Delivers once more, now, and answers when it has been tried."""
    sandbox, wanted = await ask.sandbox(), ask.params["callback"]
    delivery = await _find(ask, sandbox.id, wanted)
    if delivery.withheld:
        raise BadInput("callback", wanted, "that of a job that ends: this one has nothing to tell")
    await ask.core.callbacks.resend(sandbox.id, delivery)
    return _shown(await _find(ask, sandbox.id, wanted))


async def _find(ask: Ask, sandbox_id: str, wanted: str) -> Delivery:
    log = {delivery.id: delivery for delivery in await ask.core.store.deliveries(sandbox_id)}
    if wanted not in log:
        raise Missing("callback", wanted, nearest(wanted, log))
    return log[wanted]


def _shown(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "task_id": delivery.task_id,
        "provider": delivery.provider,
        "event": delivery.event,
        "url": masked_url(delivery.url),
        "event_ms": delivery.event_ms,
        "due_ms": delivery.due_ms,
        "state": delivery.state,
        "note": delivery.note,
        "attempts": [_attempt_shown(attempt) for attempt in delivery.attempts],
    }


def _attempt_shown(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "at_ms": attempt.at_ms,
        "ended_ms": attempt.ended_ms,
        "real_ms": attempt.real_ms,
        "status": attempt.status,
        "problem": attempt.problem,
        "answer": attempt.answer,
    }


_CALLBACKS = "/sandboxes/{sandbox}/callbacks"
ROUTES = (
    Call("GET", _CALLBACKS, list_all),
    Call("POST", f"{_CALLBACKS}/{{callback}}/resend", resend),
)
