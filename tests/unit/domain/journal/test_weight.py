"""What an entry weighs in memory: a journal that is bounded in bytes counts its long parts."""

from __future__ import annotations

import pytest

from mockserver.domain.journal.journal import (
    ENTRY_BYTES,
    PIECE_BYTES,
    DeliveryTried,
    Entry,
    Exchange,
    Sent,
)
from mockserver.domain.reply.performed import Performed

SENT = {"url": "", "delivery": "d", "attempt": 1, "state": "pending"}


@pytest.mark.parametrize(
    ("entry", "more_bytes"),
    [
        (Exchange(0, 0), 0),
        (Exchange(0, 0, request_body=b"1234567"), 7),
        (Exchange(0, 0, reply_body=b"1234567"), 7),
        (Exchange(0, 0, path="/1234"), 5),
        (Exchange(0, 0, query="a=123"), 5),
        (Exchange(0, 0, request_headers=((b"host", b"h"), (b"x-a", b"123"))), 11),
        (Exchange(0, 0, reason="why"), 3),
        (DeliveryTried(0, 0, **SENT), 0),
        (DeliveryTried(0, 0, **SENT | {"url": "http://h/c"}), 10),
        (DeliveryTried(0, 0, **SENT, request_body=b"1234567"), 7),
        (DeliveryTried(0, 0, **SENT, reason="why"), 3),
        (Sent(0, 0, of=1, performed=Performed(9)), 0),
        (Sent(0, 0, of=1, performed=Performed(9, pieces=((1, 4), (2, 9)))), 2 * PIECE_BYTES),
    ],
)
def test_bodies_and_texts_of_an_entry_weigh_what_they_are_long(
    entry: Entry, more_bytes: int
) -> None:
    assert entry.weight_bytes() == ENTRY_BYTES + more_bytes
