"""What the journal keeps of an attempt to deliver a callback: what really left, and why not."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Attempt, CallbackPolicy, Delivery, after_attempt
from mockserver.domain.journal.journal import BODY_CAP_BYTES
from mockserver.domain.journal.lazy_entry import tried
from mockserver.domain.reply.performed import Performed

BODY = b"x" * (BODY_CAP_BYTES + 1)
POLICY = CallbackPolicy(1000, (10,))
PLANNED = Delivery("t1:finished", "t1", "kie", "finished", "http://h/c", 5, 5)
NOTHING_LEFT = Performed(0, whole=False, ended=False)


def after(status: int | None, problem: str = "") -> Delivery:
    """The delivery once its first attempt has ended."""
    return after_attempt(PLANNED, Attempt(1, 5, 6, 7, status, problem), POLICY)


def test_of_an_attempt_that_was_answered_the_body_is_kept_up_to_the_cap() -> None:
    entry = tried(PLANNED, after(500), BODY, 7, 5, Performed(len(BODY), status=1))
    assert (entry.attempt, entry.status, entry.reason) == (1, 500, "")
    assert (len(entry.request_body), entry.request_size_bytes) == (BODY_CAP_BYTES, len(BODY))
    assert (entry.provider, entry.url, entry.task_id) == ("kie", "http://h/c", "t1")
    assert (entry.delivery, entry.state) == ("t1:finished", "pending")
    assert (entry.real_ms, entry.virtual_ms) == (7, 5)
    assert (entry.faults, entry.scenario, entry.scenario_struck) == ((), "", False)


def test_of_an_attempt_of_which_nothing_left_there_is_no_body() -> None:
    entry = tried(PLANNED, after(None, "nobody listens"), BODY, 7, 5, NOTHING_LEFT)
    assert (entry.attempt, entry.status, entry.reason) == (1, 0, "nobody listens")
    assert (entry.request_body, entry.request_size_bytes) == (b"", 0)


def test_a_second_attempt_that_was_not_made_is_none_and_says_why() -> None:
    before = after(500)
    lost = replace(before, state="given_up", note="a fault lost it")
    for became, why in ((lost, "a fault lost it"), (before, "delayed by a fault")):
        entry = tried(before, became, BODY, 7, 5, NOTHING_LEFT)
        assert (entry.attempt, entry.status, entry.reason) == (0, 0, why)
        assert entry.state == became.state
        assert (entry.request_body, entry.request_size_bytes) == (b"", 0)
