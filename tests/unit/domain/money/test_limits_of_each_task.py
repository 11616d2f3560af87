"""Limits of each task are counted for as long as they matter, and no longer."""

from __future__ import annotations

from mockserver.domain.provider.quota import Quota
from mockserver.domain.sandbox.admission import admit, occupied
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.sandbox import Books
from mockserver.providers.kie import PROVIDER

EACH = Quota("each", 2, 1000, frozenset({"record_info"}), per="task")
OTHER = Quota("other", 2, 1000)


def caller(now_ms: int) -> Caller:
    return Caller(PROVIDER, "record_info", "key", "", now_ms, PROVIDER.defaults, now_ms)


def test_tasks_that_nobody_asks_for_any_more_are_forgotten() -> None:
    books = Books(hits=admit([OTHER], Books(), caller(0), ""))
    for n in range(50):
        books = Books(hits=admit([EACH], books, caller(n * 100), f"task{n}"))
    assert "other:key" in books.hits, "which is no limit of this kind"
    assert sorted(set(books.hits) - {"other:key"}) == [f"each:task:task{n}" for n in range(40, 50)]


def test_jobs_under_way_are_counted_for_the_account() -> None:
    at_once = Quota("jobs", 1, 0, concurrent=True, per="account")
    hits = occupied([at_once], caller(0), {}, 500, "")
    assert list(hits) == ["jobs:account"]
