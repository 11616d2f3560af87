"""A sandbox as one document: written from any store, read into any other.

The journal and the leases of callbacks are left out: they say what happened, not what is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mockserver import __version__
from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.input.errors import BadInput, Missing
from mockserver.domain.job.task import Task
from mockserver.domain.journal.redaction import clean_fields, masked_url
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.engine.earlier import SCHEMA, Present, brought_up
from mockserver.engine.notifier import Waiter
from mockserver.engine.paging import let_go, ordered_deliveries, task_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.engine.ports import Store

PAGE = 1000


class Archive(Struct, frozen=True):
    """One sandbox with everything that is kept of it. `keys` are hashes."""

    schema: Present
    sandbox: Sandbox
    books: Books
    keys: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    counters: dict[str, int] = {}
    written_by: str = __version__


class State(Struct, frozen=True):
    """Every sandbox of a server, as `--state` keeps it."""

    schema: Present
    sandboxes: tuple[Archive, ...] = ()
    written_by: str = __version__


T = TypeVar("T")

_archive = msgspec.json.Decoder(Archive)
_state = msgspec.json.Decoder(State)


def read_archive(text: bytes) -> Archive:
    """An archive from JSON, also from one of an earlier schema. Raises BadInput."""
    return _read(_archive, text, "archive")


def read_state(text: bytes) -> State:
    """A server's state from JSON, also from one of an earlier schema. Raises BadInput."""
    return _read(_state, text, "state")


def _read(decoder: msgspec.json.Decoder[T], text: bytes, what: str) -> T:
    try:
        return decoder.decode(brought_up(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(what, "…", f"a document that Reelmock wrote ({error})") from None


Pages = list[tuple[Delivery, ...]]


class Export(Struct, frozen=True):
    """A sandbox as it is to be written: an archive without tasks and deliveries, and these in pages.

    Their callback URLs are still as they are.
    """

    archive: Archive
    tasks: list[tuple[Task, ...]]
    deliveries: Pages


async def export(store: Store, sandbox_id: str) -> Export:
    """A sandbox as it is now. Raises Missing.

    A large sandbox is read in many turns. The books are read first, so they may not know an upgrade
    that is asked for in between.
    """
    snapshot = await store.load(sandbox_id)
    if snapshot is None:
        raise Missing("sandbox", sandbox_id)
    keys, counters = await store.keys_of(sandbox_id), await store.counters(sandbox_id)
    deliveries = await ordered_deliveries(store, sandbox_id)
    # Jobs that were submitted after the books were read would make them wrong.
    last = snapshot.books.ordinal
    tasks: list[tuple[Task, ...]] = []
    later: set[str] = set()
    async for page in task_pages(store, sandbox_id):
        tasks.append(tuple([task for task in page if task.ordinal <= last]))
        later.update([task.id for task in page if task.ordinal > last])
    if later:
        deliveries = await _without(deliveries, later)
    archive = Archive(SCHEMA, snapshot.sandbox, snapshot.books, keys, counters=counters)
    return Export(archive, tasks, deliveries)


async def _without(pages: Pages, task_ids: set[str]) -> Pages:
    """The callbacks of other tasks than these; others have their turn behind each page."""
    found: Pages = []
    for page in let_go(pages):
        found.append(tuple([told for told in page if told.task_id not in task_ids]))
        await Waiter().rest(0)
    return found


def masked_task(task: Task) -> Task:
    """A job whose callback URLs have no user: after a restart, callbacks are sent without one."""
    if task.callback_url is None and not task.params and not task.upgrades:
        return task
    params = clean_fields(task.params)
    upgrades = tuple([replace(u, callback_url=_masked(u.callback_url)) for u in task.upgrades])
    return replace(task, params=params, callback_url=_masked(task.callback_url), upgrades=upgrades)


def masked_delivery(delivery: Delivery) -> Delivery:
    """A callback whose URL has no user and password."""
    return replace(delivery, url=masked_url(delivery.url))


def _masked(url: str | None) -> str | None:
    return None if url is None else masked_url(url)


async def restore(store: Store, archive: Archive) -> None:
    """Puts an archived sandbox into a store. Raises BadInput if its id or a key is in use.

    The keys come after the tasks, so that nobody submits in between. The callbacks come last.
    """
    sandbox_id = archive.sandbox.id
    for key in archive.keys:
        if await store.resolve(key) not in (None, sandbox_id):
            raise BadInput("keys", key, "keys that choose no other sandbox")
    if not await store.create(archive.sandbox):
        raise BadInput("sandbox.id", sandbox_id, "an id that is not in use")
    for task in archive.tasks:
        await _write(store, sandbox_id, Changes(tasks=(task,)))
    for some in _pages(tuple(archive.counters.items())):
        await _write(store, sandbox_id, Changes(counters=dict(some)))
    await _write(store, sandbox_id, Changes(books=archive.books))
    for key in archive.keys:
        if not await store.bind(key, sandbox_id):
            await store.delete(sandbox_id)
            raise BadInput("keys", key, "keys that choose no other sandbox")
    for deliveries in _pages(archive.deliveries):
        await _write(store, sandbox_id, Changes(deliveries=deliveries))


def _pages(items: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """Pages that are small enough for one commit."""
    return (items[at : at + PAGE] for at in range(0, len(items), PAGE))


async def _write(store: Store, sandbox_id: str, changes: Changes) -> None:
    """Commits at any version: nobody else knows the sandbox yet."""
    while True:
        snapshot = await store.load(sandbox_id)
        if snapshot is None or await store.commit(sandbox_id, snapshot.version, changes):
            return


async def restore_all(store: Store, state: State) -> None:
    """Puts every archived sandbox into a store."""
    for archive in state.sandboxes:
        await restore(store, archive)
