"""What happened in a sandbox: one entry per exchange, delivery or turn of the clock.

Keys are never written down: an entry holds a short hash. Bodies are capped, and say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol
from urllib.parse import unquote_plus

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.domain.ids import key_hash
from mockserver.domain.reply import Headers

Kind = Literal["exchange", "sent", "delivery", "clock", "fault", "control"]
BODY_CAP_BYTES = 16_384
SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"x-api-key", b"proxy-authorization"})


class Matched(Struct, frozen=True, gc=False):
    """A fault rule that matched a call, and what became of it.

    `applied`: it changed the reply, decided before anything left. `struck`: the first place at
    which that reply differs was reached on the wire. `why` is the cause, or why it was not applied.
    """

    rule: str
    fault: str
    applied: bool
    struck: bool
    why: str


class Entry(Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry. `seq` counts from 1 and never repeats within a sandbox.

    An exchange is written down before its reply leaves: with what is to leave, status 0 where that
    is nothing. With `pending` an entry of kind `sent` tells later what did. `scenario` names the
    task's scenario where the reply or callback is another than `succeed` would have given.
    """

    kind: Kind
    real_ms: int
    virtual_ms: int
    seq: int = 0
    provider: str = ""
    operation: str = ""
    call_phase: str = ""
    method: str = ""
    path: str = ""
    query: str = ""
    key: str = ""
    model: str = ""
    task_id: str = ""
    status: int = 0
    reason: str = ""
    request_headers: Headers = ()
    request_body: bytes = b""
    request_size_bytes: int = 0
    reply_headers: Headers = ()
    reply_body: bytes = b""
    reply_size_bytes: int = 0
    faults: tuple[Matched, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    scenario: str = ""
    scenario_struck: bool = False
    pending: bool = False

    def entry(self) -> Entry:
        """Itself: an entry is a draft that is finished."""
        return self

    def weight_bytes(self) -> int:
        """Roughly what the entry costs to keep."""
        return (
            400 + len(self.request_body) + len(self.reply_body) + len(self.path) + len(self.reason)
        )


class Draft(Protocol):
    """What a store is given to record: an entry, or the parts that one is made of when it is read."""

    def entry(self) -> Entry:
        """The entry, without its number."""

    def weight_bytes(self) -> int:
        """Roughly what it costs to keep."""


_SECRET_NAME = re.compile(
    r"(?i)(?:x-)?(?:api[-_]?key|key|(?:access[-_]?)?token|auth(?:orization)?|secret|bearer)"
)
_MARKED = re.compile(r"(?:(?:^|&)([^=&]*)=)?\[redacted (\w+)\]")
_SHORTEST_KEY = 6  # a shorter one may be part of any word


def redacted_query(query: str, headers: list[tuple[bytes, bytes]]) -> str:
    """A query string without secrets; `[redacted 1a2b3c4d5e6f]`, its hash, stays where one was.

    A secret is the value of a parameter that is named like one, or holds the request's own key.
    """
    if not query:
        return query
    stated = next((v for k, v in headers if k == b"authorization"), b"").rpartition(b" ")[2]
    key = stated.decode("latin-1") if len(stated) >= _SHORTEST_KEY else ""
    return "&".join([_redacted_part(part, key) for part in query.split("&")])


def _redacted_part(part: str, key: str) -> str:
    name, equals, value = part.partition("=")
    if equals and value and _SECRET_NAME.fullmatch(unquote_plus(name)):
        return f"{name}={_mark(unquote_plus(value))}"
    if key and key in unquote_plus(part):
        return f"{name}={_mark(key)}" if key in unquote_plus(value) else _mark(key)
    return part


def _mark(secret: str) -> str:
    return f"[redacted {key_hash(secret)}]"


def redacted_in(query: str) -> tuple[tuple[str, str], ...]:
    """The secrets that were taken out of a query: the name of each parameter, and the hash."""
    return tuple((found[1] or "", found[2]) for found in _MARKED.finditer(query))


def query_secrets(query: str) -> tuple[str, ...]:
    """The values of parameters that are named like secrets, decoded."""
    parts = (part.partition("=") for part in query.split("&"))
    return tuple(
        unquote_plus(value)
        for name, _, value in parts
        if value and _SECRET_NAME.fullmatch(unquote_plus(name))
    )


def redacted(headers: list[tuple[bytes, bytes]]) -> Headers:
    """Headers without those that carry secrets."""
    return tuple([pair for pair in headers if pair[0] not in SECRET_HEADERS])


class Page(Struct, frozen=True, gc=False):
    """A stretch of the journal; `dropped` counts the entries that the ring has let go."""

    entries: tuple[Entry, ...]
    dropped: int
    total: int


def as_sent(entries: Sequence[Entry], later: Iterable[Entry] = ()) -> tuple[Entry, ...]:
    """Entries with every exchange as it really went, where it is told by them or by `later` ones.

    Of a reply whose head never left nothing stays: no status, no headers, no body.
    """
    told = {e.detail["of"]: e for e in (*entries, *later) if e.kind == "sent"}
    if not told:
        return tuple(entries)
    return tuple([_as_sent(e, told[e.seq]) if e.seq in told else e for e in entries])


def _as_sent(entry: Entry, sent: Entry) -> Entry:
    struck = sent.detail.get("struck", ())
    faults = tuple([replace(f, struck=f.applied and f.rule in struck) for f in entry.faults])
    found = replace(
        entry, faults=faults, scenario_struck=entry.scenario_struck or sent.scenario_struck
    )
    if sent.status:
        return found
    return replace(found, status=0, reply_headers=(), reply_body=b"", reply_size_bytes=0)
