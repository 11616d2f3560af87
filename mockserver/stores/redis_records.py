"""How records are stored in Redis: MessagePack, and the names of members and journal entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import msgspec

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Entry
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import StoreUnavailable

SCHEMA = 4  # raised when the form of a record changes
# The version that reads the data of an earlier schema.
READERS = {1: "Reelmock 0.1.0", 2: "a Reelmock from before the release of 0.2.0"}

Record = TypeVar("Record")


def _reader(kind: type[Record], name: str = "") -> Callable[[bytes], Record]:
    decode = msgspec.msgpack.Decoder(kind).decode
    named = name or kind.__name__

    def read(record: bytes) -> Record:
        try:
            return decode(record)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreUnavailable(f"Redis: a record {named} is garbled ({error})") from None

    return read


encode = msgspec.msgpack.Encoder().encode
decode_sandbox = _reader(Sandbox)
decode_books = _reader(Books)
decode_task = _reader(Task)
decode_delivery = _reader(Delivery)
decode_entry: Callable[[bytes], Entry] = _reader(cast("Any", Entry), "Entry")


def unreadable(schema: bytes | None) -> str:
    """Why this version cannot read a record of this schema; empty if it can."""
    if schema == b"%d" % SCHEMA:
        return ""
    number = text(schema or b"?")
    reader = READERS.get(int(number)) if number.isdecimal() else None
    return f"data of schema {number}, which {reader or 'a later Reelmock'} reads"


def member_of(delivery: Delivery) -> str:
    """A delivery in the due set: its task (which is leased), and its own id."""
    return f"{delivery.task_id}|{delivery.id}"


def task_of(member: bytes) -> str:
    """The task that a member of the due set belongs to."""
    return text(member).partition("|")[0]


def sequence(stream_id: bytes) -> int:
    """A stream's id (milliseconds and a count) as one number that grows."""
    at_ms, _, number = text(stream_id).partition("-")
    return int(at_ms) * 1000 + int(number)


def stream_id(number: int) -> str:
    """The id of a stream's entry from its number."""
    return f"{number // 1000}-{number % 1000}"


def text(value: bytes | str) -> str:
    """A text that Redis returns as bytes."""
    return value.decode() if isinstance(value, bytes) else value
