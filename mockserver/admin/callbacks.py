"""The callback log of a sandbox, and resending by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.admin.http.call import Ask, served
from mockserver.admin.http.pieces import Listed, Pieces
from mockserver.admin.responses.told import told
from mockserver.control.operations import DROP_CALLBACK, LIST_CALLBACKS, RESEND_CALLBACK
from mockserver.control.records import Callback, Callbacks
from mockserver.domain.callback.delivery import given_up
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.journal.redaction import masked_url
from mockserver.engine.paging import delivery_pages, let_go, ordered_deliveries

if TYPE_CHECKING:
    from mockserver.domain.callback.delivery import Delivery


HINTED = 200  # callbacks among which the nearest is looked for


async def list_all(ask: Ask) -> Pieces[Callbacks]:
    """Every callback, past and future, in the order of their events; `task_id` filters."""
    wanted = ask.query.get("task_id")
    log = await ordered_deliveries(ask.core.store, (await ask.sandbox()).id, wanted)
    return Pieces((b'{"callbacks":[', Listed(let_go(log), _shown), b"]}"))


async def resend(ask: Ask) -> Callback:
    """Delivers a callback again now, and answers after the attempt."""
    sandbox, wanted = await ask.sandbox(), ask.params["callback"]
    delivery = await _find(ask, sandbox.id, wanted)
    if delivery.withheld:
        raise BadInput("callback", wanted, "that of a job that ends: this one has nothing to tell")
    await ask.core.callbacks.resend(sandbox.id, delivery)
    return _shown(await _find(ask, sandbox.id, wanted))


async def drop(ask: Ask) -> Callback:
    """Gives a pending callback up: its receiver gets no further attempt."""
    sandbox, wanted = await ask.sandbox(), ask.params["callback"]
    delivery = await _find(ask, sandbox.id, wanted)
    if delivery.state != "pending":
        raise BadInput("callback", wanted, f"one that is pending: this one is {delivery.state}")
    dropped = given_up(delivery, "dropped by hand")
    await ask.core.store.settle(sandbox.id, dropped)
    await ask.note(sandbox, f"callback {wanted} was dropped")
    return _shown(dropped)


async def _find(ask: Ask, sandbox_id: str, wanted: str) -> Delivery:
    known: list[str] = []
    async for page in delivery_pages(ask.core.store, sandbox_id):
        for delivery in page:
            if delivery.id == wanted:
                return delivery
        known += [delivery.id for delivery in page[: HINTED - len(known)]]
    raise Missing("callback", wanted, nearest(wanted, known))


def _shown(delivery: Delivery) -> Callback:
    return replace(told(delivery, Callback), url=masked_url(delivery.url))


ROUTES = (
    served(LIST_CALLBACKS, list_all),
    served(RESEND_CALLBACK, resend),
    served(DROP_CALLBACK, drop),
)
