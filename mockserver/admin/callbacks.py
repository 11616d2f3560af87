"""The callback log of a sandbox, and resending by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.admin.http.call import Ask, Call
from mockserver.admin.http.pieces import Listed, Pieces
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.journal.redaction import masked_url
from mockserver.engine.paging import delivery_pages, ordered_deliveries

if TYPE_CHECKING:
    from mockserver.domain.callback.delivery import Attempt, Delivery


HINTED = 200  # callbacks among which the nearest is looked for


async def list_all(ask: Ask) -> Pieces:
    """Every callback, those to come too, in the order of their events; `task_id` filters."""
    ask.known_query("task_id")
    wanted = ask.query.get("task_id")
    log = await ordered_deliveries(ask.core.store, (await ask.sandbox()).id, wanted)
    return Pieces((b'{"callbacks":[', Listed(log, _shown), b"]}"))


async def resend(ask: Ask) -> dict[str, Any]:
    """Delivers once more, now, and answers when it has been tried."""
    sandbox, wanted = await ask.sandbox(), ask.params["callback"]
    delivery = await _find(ask, sandbox.id, wanted)
    if delivery.withheld:
        raise BadInput("callback", wanted, "that of a job that ends: this one has nothing to tell")
    await ask.core.callbacks.resend(sandbox.id, delivery)
    return _shown(await _find(ask, sandbox.id, wanted))


async def _find(ask: Ask, sandbox_id: str, wanted: str) -> Delivery:
    known: list[str] = []
    async for page in delivery_pages(ask.core.store, sandbox_id):
        for delivery in page:
            if delivery.id == wanted:
                return delivery
        known += [delivery.id for delivery in page[: HINTED - len(known)]]
    raise Missing("callback", wanted, nearest(wanted, known))


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
