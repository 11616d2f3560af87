"""A page of the journal tells how each reply really went, and looks at each entry once."""

from __future__ import annotations

import asyncio

from mockserver.domain.journal.journal import Closed, Entry, Exchange, Matched, Page, Sent
from mockserver.domain.reply.performed import NOTHING_LEFT, at_once
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import start_clock
from mockserver.engine.journal_page import journal_page
from mockserver.stores.memory import MemoryStore

SANDBOX = Sandbox("sb", "seed", start_clock("manual", 0))
RULE = Matched("r1", "close_idle", True, False, "")


class Counting(MemoryStore):
    """Counts the entries that it gives."""

    given = 0

    async def journal(
        self, sandbox_id: str, after: int = 0, limit: int = 1000, *, brief: bool = False
    ) -> Page:
        page = await super().journal(sandbox_id, after, limit)
        self.given += len(page.entries)
        return page


def _exchange(*faults: Matched) -> Exchange:
    return Exchange(1, 2, provider="kie", status=200, pending=True, faults=faults)


def _sent(of: int, *struck: str, left: bool = True) -> Sent:
    done = at_once(200, 2) if left else NOTHING_LEFT
    return Sent(1, 2, of=of, performed=done, struck=struck)


def _page(
    *entries: Entry, after: int = 0, limit: int = 1000, status: int | None = None
) -> tuple[list[Entry], bool, int]:
    """A page, whether there are more, and how many entries were given for it."""

    def fits(entry: Entry) -> bool:
        return status is None or (isinstance(entry, Exchange) and entry.status == status)

    async def read() -> tuple[list[Entry], bool, int]:
        store = Counting()
        await store.create(SANDBOX)
        for entry in entries:
            await store.record("sb", entry)
        found, more = await journal_page(store, "sb", after, limit, fits)
        return found, more, store.given

    return asyncio.run(read())


def test_a_full_journal_of_replies_whose_rules_never_struck_is_read_once() -> None:
    count = 1000
    entries = [entry for n in range(count) for entry in (_exchange(RULE), _sent(2 * n + 1))]
    found, more, given = _page(*entries)
    assert (len(found), more, given) == (1000, True, 2 * count)


def test_a_page_whose_replies_are_all_told_needs_little_more_than_itself() -> None:
    entries = [entry for n in range(1000) for entry in (_exchange(), _sent(2 * n + 1))]
    found, more, given = _page(*entries, after=10, limit=5)
    assert [entry.seq for entry in found] == [11, 12, 13, 14, 15]
    assert more
    assert given < 1000


def test_what_comes_behind_the_page_tells_of_what_is_on_it() -> None:
    closed = Closed(1, 2, of=1, struck=("r1",))
    found, more, _ = _page(_exchange(RULE), _exchange(), _sent(2), _sent(1), closed, limit=1)
    (first,) = found
    assert isinstance(first, Exchange)
    assert more
    assert [fault.struck for fault in first.faults] == [True]


def test_a_status_is_looked_for_as_it_really_went() -> None:
    entries = (_exchange(), _exchange(), _sent(1, left=False), _sent(2), _exchange())
    assert [entry.seq for entry in _page(*entries, status=0)[0]] == [1]
    assert [entry.seq for entry in _page(*entries, status=200)[0]] == [2, 5]


def test_a_reply_that_has_not_ended_stands_in_its_place() -> None:
    found, more, _ = _page(_exchange(), _exchange(), _sent(2))
    assert ([entry.seq for entry in found], more) == ([1, 2, 3], False)


def test_a_page_ends_where_its_last_entry_is_the_last_of_all() -> None:
    assert _page(_exchange(), _sent(1), limit=2)[1] is False
    assert _page(_exchange(), _sent(1), limit=1)[1] is True
    assert _page(_exchange(), limit=0)[:2] == ([], True)
