"""How records, numbers and names are written for Redis."""

from __future__ import annotations

import pytest

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.sandbox.sandbox import Books
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.stores.redis_records import (
    SCHEMA,
    decode_books,
    encode,
    member_of,
    sequence,
    stream_id,
    task_of,
    unreadable,
)


@pytest.mark.parametrize(
    ("schema", "reader"),
    [
        (b"1", "schema 1, which Reelmock 0.1.0 reads"),
        (b"%d" % (SCHEMA + 1), f"schema {SCHEMA + 1}, which a later Reelmock reads"),
        (b"x", "schema x, which a later Reelmock reads"),
        (None, "schema ?, which a later Reelmock reads"),
    ],
)
def test_data_of_another_schema_names_who_reads_it(schema: bytes | None, reader: str) -> None:
    assert unreadable(schema) == f"data of {reader}"


def test_data_of_the_present_schema_is_read() -> None:
    assert unreadable(b"%d" % SCHEMA) == ""
    assert decode_books(encode(Books(7))) == Books(7)


@pytest.mark.parametrize("record", [b"", b"\x81\xa7ordinal\xa1x", b"\x81\xa7ordinal\xa1\xff"])
def test_a_record_that_cannot_be_read_names_itself(record: bytes) -> None:
    with pytest.raises(StoreUnavailable, match="a record Books is garbled"):
        decode_books(record)


def test_a_member_of_the_due_set_begins_with_its_task() -> None:
    delivery = Delivery("task_1:finished", "task_1", "kie", "finished", "http://h/c", 0, 0)
    assert member_of(delivery) == "task_1|task_1:finished"
    assert task_of(member_of(delivery).encode()) == "task_1"


def test_the_ids_of_a_stream_are_numbers_in_the_same_order() -> None:
    ids = ["1700000000000-0", "1700000000000-999", "1700000000001-0"]
    numbers = [sequence(each.encode()) for each in ids]
    assert numbers == [1700000000000000, 1700000000000999, 1700000000001000]
    assert [stream_id(number) for number in numbers] == ids
