"""What happened in a sandbox: one record for each exchange, delivery or move of the clock.

Keys are never written down: an entry holds a short hash. Bodies are cut at a limit, and the entry
says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol, Self
from urllib.parse import unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.journal.redaction import is_secret_name
from mockserver.domain.reply.performed import Performed
from mockserver.domain.reply.reply import Headers
from mockserver.domain.scenario.scenario import Undecided
from mockserver.domain.time.clock import Mode

Kind = Literal["exchange", "sent", "closed", "delivery", "clock", "control"]  # as users see it
ENTRY_BYTES = 400  # without bodies and long texts, approximately
PIECE_BYTES = 128  # of memory, for the moment and the size of a piece of a stream
BODY_CAP_BYTES = 16_384


class Matched(Struct, frozen=True, gc=False):
    """A fault rule that matched a call, and what happened.

    `applied`: it changed the reply; this was decided before anything was sent. `struck`: the first
    place at which that reply differs was really sent. `why` is the cause, or why the rule was not
    applied.
    """

    rule: str
    fault: str
    applied: bool
    struck: bool
    why: str


def headers_bytes(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """The size of headers; a client chooses how many it sends, and how long they are."""
    return sum([len(name) + len(value) for name, value in headers])


class _Entry(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="kind"):
    """What every entry has. `seq` counts from 1, and no number comes twice in a sandbox."""

    real_ms: int
    virtual_ms: int
    seq: int = 0

    def entry(self) -> Self:
        """Itself: an entry is a finished draft."""
        return self

    def brief(self, seq: int) -> Self:
        """Itself, with its number."""
        return replace(self, seq=seq)

    def weight_bytes(self) -> int:
        """The approximate size of the entry in memory."""
        return ENTRY_BYTES


class _Contact(_Entry, frozen=True, kw_only=True):
    """What passed between the server and its client; fault rules and scenarios show here.

    `status` is 0 if there was no answer. `scenario` names the task's scenario, if the reply is not
    the one that `succeed` would have given.
    """

    provider: str = ""
    operation: str = ""
    call_phase: str = ""
    task_id: str = ""
    status: int = 0
    reason: str = ""
    request_body: bytes = b""
    request_size_bytes: int = 0
    faults: tuple[Matched, ...] = ()
    scenario: str = ""
    scenario_struck: bool = False


class Exchange(_Contact, frozen=True, kw_only=True, tag="exchange"):
    """A call and its reply, written down before the reply is sent.

    With `pending`, a later `Sent` tells what was sent, and a later `Closed` what happened to its
    connection. `request_digest` tells two bodies apart if only their beginning is kept; it ignores
    a form's boundary, which differs in each attempt. Calls with the same `connection` came one
    after another.
    """

    method: str = ""
    path: str = ""
    query: str = ""
    key: str = ""
    model: str = ""
    request_headers: Headers = ()
    request_digest: str = ""
    connection: int = 0
    reply_headers: Headers = ()
    reply_body: bytes = b""
    reply_size_bytes: int = 0
    pending: bool = False
    undecided: tuple[Undecided, ...] = ()

    def weight_bytes(self) -> int:
        """Roughly what the entry costs to keep."""
        texts = len(self.path) + len(self.query) + len(self.reason)
        bodies = len(self.request_body) + len(self.reply_body)
        return ENTRY_BYTES + bodies + texts + headers_bytes(self.request_headers)


class DeliveryTried(_Contact, frozen=True, kw_only=True, tag="delivery"):
    """One attempt to deliver a callback, and the receiver's answer.

    `attempt` is 0 if no attempt was made, and then `reason` says why. `state` is the delivery's
    state after the attempt.
    """

    url: str
    delivery: str
    attempt: int
    state: str
    operation: str = "callback"
    call_phase: str = "callback"

    def weight_bytes(self) -> int:
        """Roughly what the entry costs to keep."""
        return ENTRY_BYTES + len(self.request_body) + len(self.url) + len(self.reason)


class Sent(_Entry, frozen=True, kw_only=True, tag="sent"):
    """What was sent of a reply that took time or was damaged.

    `of` is the number of its exchange. `asset` is the video in it, if it is not damaged. `done`
    says that the last event of a stream was sent. `struck` are the ids of the rules that struck it,
    and `struck_pieces` tells which piece showed those that struck inside a stream, counted from 1; it
    is one more than there are if no more came.
    """

    of: int
    performed: Performed
    provider: str = ""
    method: str = ""
    path: str = ""
    done: bool = False
    asset: str = ""
    struck: tuple[str, ...] = ()
    struck_pieces: dict[str, int] = {}
    scenario_struck: bool = False

    def weight_bytes(self) -> int:
        """Roughly what the entry costs to keep."""
        return ENTRY_BYTES + PIECE_BYTES * len(self.performed.pieces)


class Closed(_Entry, frozen=True, kw_only=True, tag="closed"):
    """A connection was closed while it was idle, some time after a reply.

    `of` is the number of that exchange. `struck` are the ids of the rules that did this.
    """

    of: int
    provider: str = ""
    struck: tuple[str, ...] = ()


class ClockMoved(_Entry, frozen=True, kw_only=True, tag="clock_moved"):
    """The clock was moved on from `from_ms` to its present time."""

    from_ms: int


class ClockSet(_Entry, frozen=True, kw_only=True, tag="clock_set"):
    """The clock got a mode and a rate; the rate is 0 if the clock stands."""

    mode: Mode
    rate: float

    @property
    def what(self) -> str:
        """What was done, in words."""
        return f"clock in mode {self.mode}" + (f", rate {self.rate:g}" if self.rate else "")


class Controlled(_Entry, frozen=True, kw_only=True, tag="control"):
    """Something else was done over the control API; `what` says it in words."""

    what: str


Contact = Exchange | DeliveryTried
Entry = Contact | Sent | Closed | ClockMoved | ClockSet | Controlled


class Draft(Protocol):
    """What a store gets to record: an entry, or the parts of an entry that is made when it is read."""

    def entry(self) -> Entry:
        """The entry, without its number."""

    def brief(self, seq: int) -> Entry:
        """The entry with its number, for those that are told in short what happened."""

    def weight_bytes(self) -> int:
        """The approximate size in memory."""


_MARKED = re.compile(r"(?:(?:^|&)([^=&]*)=)?\[redacted (\w+)\]")


def redacted_in(query: str) -> tuple[tuple[str, str], ...]:
    """The secrets that were taken out of a query: the name of each parameter, and the hash."""
    return tuple((found[1] or "", found[2]) for found in _MARKED.finditer(query))


def query_secrets(query: str) -> tuple[str, ...]:
    """The values of parameters whose names are those of secrets, decoded."""
    parts = (part.partition("=") for part in query.split("&"))
    return tuple(
        unquote_plus(value)
        for name, _, value in parts
        if value and is_secret_name(unquote_plus(name))
    )


class Page(Struct, frozen=True, gc=False):
    """A part of the journal; `dropped` counts the entries that the ring has dropped.

    `last` is the highest number that the journal has or, in memory, ever had.
    """

    entries: tuple[Entry, ...]
    dropped: int
    total: int
    last: int = 0


# entries that tell more about an earlier exchange, by its number
Told = Mapping[int, Sequence["Sent | Closed"]]


def told_in(entries: Iterable[Entry]) -> Told:
    """What some entries tell about earlier exchanges."""
    told: dict[int, list[Sent | Closed]] = {}
    for entry in entries:
        if isinstance(entry, Sent | Closed):
            told.setdefault(entry.of, []).append(entry)
    return told


def as_sent(entries: Sequence[Entry], told: Told) -> tuple[Entry, ...]:
    """Entries in which every exchange shows how it really went, if that is known."""
    return tuple(
        [
            as_it_went(entry, told[entry.seq])
            if isinstance(entry, Exchange) and entry.seq in told
            else entry
            for entry in entries
        ]
    )


def as_it_went(exchange: Exchange, told: Sequence[Sent | Closed]) -> Exchange:
    """An exchange with what happened to its reply and connection, if that is known.

    If its head was never sent, nothing of the reply stays: no status, no headers, no body.
    """
    for later in told:
        struck = {f.rule for f in exchange.faults if f.struck} | set(later.struck)
        faults = [replace(f, struck=f.applied and f.rule in struck) for f in exchange.faults]
        exchange = replace(exchange, faults=tuple(faults))
        if isinstance(later, Sent):
            exchange = _as_sent(exchange, later)
    return exchange


def _as_sent(exchange: Exchange, sent: Sent) -> Exchange:
    by_scenario = exchange.scenario_struck or sent.scenario_struck
    found = replace(exchange, scenario_struck=by_scenario)
    if sent.performed.status:
        return found
    return replace(found, status=0, reply_headers=(), reply_body=b"", reply_size_bytes=0)
