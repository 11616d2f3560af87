"""What happened in a sandbox: one entry per exchange, delivery or turn of the clock.

Keys are never written down: an entry holds a short hash. Bodies are capped, and say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, Literal, Protocol
from urllib.parse import unquote_plus

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.domain.redaction import (
    clean_body,
    clean_form,
    clean_headers,
    clean_path,
    clean_query,
    credentials,
    is_secret_name,
)
from mockserver.domain.reply import Headers

Kind = Literal["exchange", "sent", "delivery", "clock", "fault", "control"]
BODY_CAP_BYTES = 16_384
SLACK_BYTES = 2048  # more than any spelling of a secret: one that the cap cuts is found whole
FORM = b"application/x-www-form-urlencoded"


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
    `request_digest` tells two bodies apart of which only the beginning is kept; a form's boundary,
    new with every attempt, does not count.
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
    request_digest: str = ""
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


_MARKED = re.compile(r"(?:(?:^|&)([^=&]*)=)?\[redacted (\w+)\]")


_BOUNDARY = re.compile(rb'(?i)boundary="?([^";,]+)')


def content_type(entry: Entry) -> bytes:
    """The content type of a request; empty without one."""
    return next((value for name, value in entry.request_headers if name == b"content-type"), b"")


def without_boundary(entry: Entry) -> bytes:
    """A request's body without the boundary of its form, which is new with every attempt."""
    boundary = boundary_of(entry)
    return entry.request_body.replace(boundary, b"") if boundary else entry.request_body


def boundary_of(entry: Entry) -> bytes:
    """The boundary of a multipart form; empty for any other body."""
    found = _BOUNDARY.search(content_type(entry))
    return found[1].strip() if found else b""


def kept(entry: Entry) -> Entry:
    """An entry as it is written down: no secret in it, bodies capped."""
    if len(entry.request_body) > BODY_CAP_BYTES:
        whole = without_boundary(entry)
        entry = replace(entry, request_digest=blake2b(whole, digest_size=16).hexdigest())
    secrets = credentials(entry.request_headers)
    body = entry.request_body[: BODY_CAP_BYTES + SLACK_BYTES]
    reply = entry.reply_body[: BODY_CAP_BYTES + SLACK_BYTES]
    is_form = (b"content-type", FORM) in entry.request_headers
    return replace(
        entry,
        path=clean_path(entry.path, secrets),
        task_id=clean_path(entry.task_id, secrets),
        query=clean_query(entry.query, secrets),
        reason=clean_path(entry.reason, secrets),
        request_headers=clean_headers(entry.request_headers, secrets),
        request_body=(clean_form if is_form else clean_body)(body, secrets)[:BODY_CAP_BYTES],
        reply_headers=clean_headers(entry.reply_headers, secrets),
        reply_body=clean_body(reply, secrets)[:BODY_CAP_BYTES],
    )


def redacted_in(query: str) -> tuple[tuple[str, str], ...]:
    """The secrets that were taken out of a query: the name of each parameter, and the hash."""
    return tuple((found[1] or "", found[2]) for found in _MARKED.finditer(query))


def query_secrets(query: str) -> tuple[str, ...]:
    """The values of parameters that are named like secrets, decoded."""
    parts = (part.partition("=") for part in query.split("&"))
    return tuple(
        unquote_plus(value)
        for name, _, value in parts
        if value and is_secret_name(unquote_plus(name))
    )


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
