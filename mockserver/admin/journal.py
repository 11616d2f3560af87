"""The journal of a sandbox: read with filters, and emptied."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.entry import entry_shown, head_of
from mockserver.control.operations import CLEAR_JOURNAL, LIST_JOURNAL
from mockserver.control.records import JournalPage
from mockserver.control.schemas import HIGHEST_STATUS
from mockserver.domain.input.names import known
from mockserver.domain.journal.journal import Exchange, Kind
from mockserver.domain.provider.provider import CALL_PHASES
from mockserver.engine.journal_page import journal_page
from mockserver.engine.trail import envelope_code

if TYPE_CHECKING:
    from mockserver.control import records
    from mockserver.domain.journal.journal import Entry

WORDS = ("provider", "operation", "call_phase", "task_id", "kind")
KNOWN = {"call_phase": CALL_PHASES, "kind": get_args(Kind)}


async def list_some(ask: Ask) -> JournalPage:
    """Entries that match every filter, oldest first.

    `next` is the `after` of the page that follows, or null; `dropped` counts what the bounded
    journal has let go, `total` what was ever written to it.
    """
    after, limit = ask.page()
    status = ask.number("status", 0, HIGHEST_STATUS) if "status" in ask.query else None
    wanted = {name: ask.query[name] for name in WORDS if name in ask.query}
    _check_words(ask, wanted)
    sandbox, store = await ask.sandbox(), ask.core.store
    await ask.core.reports.settled(sandbox.id)
    fits = partial(_matches, wanted=wanted, status=status)
    found, more = await journal_page(store, sandbox.id, after, limit, fits)
    page = await store.journal(sandbox.id, 0, 0)
    return JournalPage(
        entries=[_shown(ask, entry) for entry in found],
        next=found[-1].seq if more and found else None,
        dropped=page.dropped,
        total=page.total,
    )


def _shown(ask: Ask, entry: Entry) -> records.Entry:
    if not isinstance(entry, Exchange):
        return entry_shown(entry)
    return entry_shown(entry, envelope_code(ask.core.providers, entry))


def _check_words(ask: Ask, wanted: dict[str, str]) -> None:
    """Raises BadInput for a value that no entry can have. An empty list would hide the mistake."""
    if "provider" in wanted:
        known(wanted["provider"], ask.core.providers, "provider")
    for name, words in KNOWN.items():
        if name in wanted:
            known(wanted[name], words, name)


def _matches(entry: Entry, wanted: dict[str, str], status: int | None) -> bool:
    head = head_of(entry)
    return (status is None or head.status == status) and all(
        getattr(head, name) == value for name, value in wanted.items()
    )


async def clear(ask: Ask) -> None:
    """Removes every entry; the numbering continues."""
    await ask.core.store.clear_journal((await ask.sandbox()).id)


ROUTES = (served(LIST_JOURNAL, list_some), served(CLEAR_JOURNAL, clear))
