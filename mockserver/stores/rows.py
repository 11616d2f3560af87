"""Turns changes into the statements that write them, in pieces of a millisecond each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.domain.input.errors import BadInput
from mockserver.engine.archive import Archive, masked_delivery, masked_task
from mockserver.stores.database import DROP, FORGET, KEEP
from mockserver.stores.kept import NEW, Changed, Touched

ROWS, BYTES = 100, 256 * 1024  # a piece ends at the row that reaches one of these limits

_Found = tuple[str, str, str | int, Any]  # a row with its record; None: the row must be deleted


def statements(changed: Changed) -> Iterator[tuple[str, str]]:
    """Each statement with its rows, in the order in which they must run. Raises BadInput."""
    wiped = [sandbox_id for sandbox_id, touched in changed.items() if touched.wiped]
    for at in range(0, len(wiped), ROWS):
        yield FORGET, _text(wiped[at : at + ROWS])
    kept: list[_Found] = []
    gone: list[tuple[str, str, str | int]] = []
    size_bytes = 0
    for sandbox_id, kind, id_, record in _rows(changed):
        if record is None:
            gone.append((sandbox_id, kind, id_))
        else:
            document = _document(sandbox_id, kind, record)
            kept.append((sandbox_id, kind, id_, document))
            size_bytes += len(document)
        if len(kept) + len(gone) >= ROWS or size_bytes >= BYTES:
            yield from _piece(kept, gone)
            kept, gone, size_bytes = [], [], 0
    yield from _piece(kept, gone)


def _piece(kept: list[Any], gone: list[Any]) -> Iterator[tuple[str, str]]:
    if kept:
        yield KEEP, _text(kept)
    if gone:
        yield DROP, _text(gone)


def _document(sandbox_id: str, kind: str, record: Any) -> str:
    try:
        return _text(record)
    # an error is better than losing this and all the rest
    except (UnicodeEncodeError, RecursionError) as error:
        raise BadInput(kind, sandbox_id, f"one that can be written down ({error})") from None


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _rows(changed: Changed) -> Iterator[_Found]:
    for sandbox_id, touched in changed.items():
        if touched.sandbox is not None:
            yield sandbox_id, "sandbox", "sandbox", touched.sandbox
        if touched.books is not None:
            yield sandbox_id, "books", "books", touched.books
        for key in touched.keys:
            yield sandbox_id, "key", key, True
        for ordinal, task in touched.tasks.items():
            yield sandbox_id, "task", ordinal, task and masked_task(task)
        for delivery_id, delivery in touched.deliveries.items():
            yield sandbox_id, "delivery", delivery_id, delivery and masked_delivery(delivery)
        for name, value in touched.counters.items():
            yield sandbox_id, "counter", name, value


def all_of(archive: Archive) -> Touched:
    """A whole sandbox, as if all of it had changed."""
    return Touched(
        NEW,
        sandbox=archive.sandbox,
        books=archive.books,
        keys=set(archive.keys),
        tasks={task.ordinal: task for task in archive.tasks},
        deliveries={delivery.id: delivery for delivery in archive.deliveries},
        counters=archive.counters,
    )
