"""The time line of a sandbox: calls, states of tasks, callbacks and faults on one virtual axis."""

from __future__ import annotations

from msgspec import convert

from mockserver.admin.http.call import Ask, served
from mockserver.control.operations import GET_TIMELINE
from mockserver.control.records import Moment, Timeline
from mockserver.domain.finding.timeline import BEGIN, Axis, Place, entry_moments, state_moments
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.journal.journal import Exchange
from mockserver.engine.notifier import Waiter
from mockserver.engine.paging import ENTRIES, entries_as_sent, task_pages

LONGEST_PLACE = 16  # digits of a part of `after`


async def read(ask: Ask) -> Timeline:
    """What happened until now, in the order of virtual time; `seed` repeats it.

    `next` is the `after` of the page that follows, or null.
    """
    axis = Axis(_place(ask.query.get("after", "")), ask.limit())
    sandbox, store = await ask.sandbox(), ask.core.store
    await ask.core.reports.settled(sandbox.id)
    entries = await entries_as_sent(store, sandbox.id)
    begun: dict[int, Exchange] = {}
    for at in range(0, len(entries), ENTRIES):
        some = entries[at : at + ENTRIES]
        begun |= {e.seq: e for e in some if isinstance(e, Exchange) and e.pending}
        axis.take(entry_moments(some, begun))
        await Waiter().rest(0)
    now_ms = ask.now_ms(sandbox.clock)
    async for tasks in task_pages(store, sandbox.id):
        axis.take(state_moments(tasks, now_ms))
    moments, following = axis.page()
    after = None if following is None else "-".join(map(str, following))
    return Timeline(sandbox.seed, convert(moments, list[Moment], from_attributes=True), after)


def _place(text: str) -> Place:
    """Where a page begins. Raises BadInput."""
    if not text:
        return BEGIN
    match [whole_number(part) for part in text.split("-") if len(part) <= LONGEST_PLACE]:
        case [int(at_ms), int(rank), int(number), int(step)] if text.count("-") == 3:
            return at_ms, rank, number, step
    raise BadInput("after", text, "what the page before gave as `next`")


ROUTES = (served(GET_TIMELINE, read),)
