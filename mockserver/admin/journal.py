"""The journal of a sandbox: read with filters, and emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from mockserver.admin.http.call import Ask, Call
from mockserver.admin.responses.entry import Kind, entry_shown, head_of
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.journal.journal import Closed, Exchange, Sent, as_it_went
from mockserver.domain.provider.provider import CALL_PHASES
from mockserver.engine.paging import all_entries

if TYPE_CHECKING:
    from mockserver.domain.journal.journal import Entry
    from mockserver.engine.ports import Store

MOST = 1000
WORDS = ("provider", "operation", "call_phase", "task_id", "kind")
KNOWN = {"call_phase": CALL_PHASES, "kind": get_args(Kind)}


async def list_some(ask: Ask) -> dict[str, Any]:
    """Entries that match every filter, oldest first.

    `next` is the `after` of the page that follows, or null; `dropped` counts what the bounded
    journal has let go, `total` what was ever written to it.
    """
    ask.known_query(*WORDS, "status", "after", "limit")
    after, limit = ask.number("after", 0, 2**53), ask.number("limit", 100, MOST)
    status = ask.number("status", 0, 999) if "status" in ask.query else None
    wanted = {name: ask.query[name] for name in WORDS if name in ask.query}
    _check_words(ask, wanted)
    sandbox, store = await ask.sandbox(), ask.core.store
    await ask.core.reports.settled(sandbox.id)
    found: list[Entry] = []
    more = False
    async for entry in all_entries(store, sandbox.id, after):
        if isinstance(entry, Exchange) and entry.pending:
            entry = await _as_it_went(store, sandbox.id, entry)
        if not _matches(entry, wanted, status):
            continue
        if more := len(found) == limit:
            break
        found.append(entry)
    page = await store.journal(sandbox.id, 0, 0)
    return {
        "entries": [entry_shown(entry) for entry in found],
        "next": found[-1].seq if more and found else None,
        "dropped": page.dropped,
        "total": page.total,
    }


async def _as_it_went(store: Store, sandbox_id: str, entry: Exchange) -> Exchange:
    """An exchange with what a later entry tells of its reply, if that has ended."""
    async for later in all_entries(store, sandbox_id, entry.seq):
        if isinstance(later, Sent | Closed) and later.of == entry.seq:
            entry = as_it_went(entry, [later])
            if all(fault.struck for fault in entry.faults if fault.applied):
                break
    return entry


def _check_words(ask: Ask, wanted: dict[str, str]) -> None:
    """Raises BadInput over a word that no entry can have: an empty list would hide the slip."""
    if "provider" in wanted:
        ask.provider(wanted["provider"], "provider")
    for name, known in KNOWN.items():
        word = wanted.get(name)
        if word is not None and word not in known:
            raise BadInput(name, word, f"one of: {', '.join(known)}{nearest(word, known)}")


def _matches(entry: Entry, wanted: dict[str, str], status: int | None) -> bool:
    head = head_of(entry)
    return (status is None or head.status == status) and all(
        getattr(head, name) == value for name, value in wanted.items()
    )


async def clear(ask: Ask) -> None:
    """Forgets every entry; their numbers go on."""
    await ask.core.store.clear_journal((await ask.sandbox()).id)


_JOURNAL = "/sandboxes/{sandbox}/journal"
ROUTES = (Call("GET", _JOURNAL, list_some), Call("DELETE", _JOURNAL, clear))
