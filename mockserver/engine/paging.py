"""Goes through lists of the store, page by page; between two pages other work has its turn."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from mockserver.domain.journal.journal import as_sent, told_in
from mockserver.engine.notifier import Waiter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from mockserver.domain.callback.delivery import Delivery
    from mockserver.domain.job.task import Task
    from mockserver.domain.journal.journal import Entry
    from mockserver.engine.ports import Store

T = TypeVar("T")
PAGE = 1000
IN_ORDER = 250  # callbacks that are put in order in one turn
ENTRIES = 200  # each is made when it is read, and this takes time


async def task_pages(store: Store, sandbox_id: str) -> AsyncIterator[tuple[Task, ...]]:
    """Every task, in the order of ordinals; tasks that are made in the meantime may be missing."""
    after, size = 0, PAGE
    while size == PAGE:  # a short page is the last one; else a busy sandbox would never end
        page = await store.tasks(sandbox_id, after, PAGE)
        if page:
            after = page[-1].ordinal
            yield page
        size = len(page)
        await Waiter().rest(0)


async def all_tasks(store: Store, sandbox_id: str) -> AsyncIterator[Task]:
    """The same, one by one."""
    async for page in task_pages(store, sandbox_id):
        for task in page:
            yield task


async def all_entries(store: Store, sandbox_id: str, after: int = 0) -> AsyncIterator[Entry]:
    """Journal entries with a number above `after`, oldest first, page by page."""
    size = ENTRIES
    while size == ENTRIES:
        page = (await store.journal(sandbox_id, after, ENTRIES)).entries
        for entry in page:
            after = entry.seq
            yield entry
        size = len(page)
        await Waiter().rest(0)


async def entries_as_sent(store: Store, sandbox_id: str) -> list[Entry]:
    """The whole journal; every exchange shows how it really went, if a later entry tells it."""
    found = [entry async for entry in all_entries(store, sandbox_id)]
    told = told_in(found)
    for at in range(0, len(found), PAGE):
        found[at : at + PAGE] = as_sent(found[at : at + PAGE], told)
        await Waiter().rest(0)
    return found


async def delivery_pages(store: Store, sandbox_id: str) -> AsyncIterator[tuple[Delivery, ...]]:
    """The callback log, in no order; one may come twice. A log of one page comes in one turn."""
    cursor, size = 0, 0
    while True:
        page, cursor = await store.some_deliveries(sandbox_id, cursor)
        for at in range(0, len(page), PAGE):
            some = page[at : at + PAGE]
            if size + len(some) > PAGE:
                await Waiter().rest(0)
                size = 0
            size += len(some)
            yield some
        if not cursor:
            return


async def ordered_deliveries(
    store: Store, sandbox_id: str, task_id: str | None = None
) -> list[tuple[Delivery, ...]]:
    """The callback log in the order of event times, of one task or of all, in pages.

    To put it in order takes many turns, too. The pages are tuples, which the collector lets go of
    at its first look; a list of everything it would walk in every round.
    """
    runs = [
        tuple(sorted([d for d in page if task_id in (None, d.task_id)], key=_place))
        async for page in delivery_pages(store, sandbox_id)
    ]
    merged = _each_once(merge(*runs, key=_place))
    is_long = sum(map(len, runs)) >= PAGE
    found: list[tuple[Delivery, ...]] = []
    while page := tuple(islice(merged, IN_ORDER)):
        found.append(page)
        if is_long:
            await Waiter().rest(0)
    for _ in let_go(runs):
        if is_long:
            await Waiter().rest(0)
    return found


def _each_once(log: Iterable[Delivery]) -> Iterator[Delivery]:
    """The same without repeated deliveries: if two in a row are the same, the later one counts."""
    last: Delivery | None = None
    for delivery in log:
        if last is not None and last.id != delivery.id:
            yield last
        last = delivery
    if last is not None:
        yield last


def let_go(pages: list[tuple[T, ...]]) -> Iterator[tuple[T, ...]]:
    """Each page once, in order. The list lets go of a page when the next one is asked for.

    To let go of two hundred thousand records in one turn takes longer than to read them.
    """
    pages.reverse()
    while pages:
        yield pages[-1]
        pages.pop()


async def all_deliveries(store: Store, sandbox_id: str) -> list[Delivery]:
    """The whole callback log in the order of event times."""
    return [d for page in await ordered_deliveries(store, sandbox_id) for d in page]


def _place(delivery: Delivery) -> tuple[int, str]:
    return delivery.event_ms, delivery.id
