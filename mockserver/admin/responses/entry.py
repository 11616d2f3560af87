"""Journal entries as control calls show them. All kinds have the same form."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from mockserver.control import parts
from mockserver.control.records import Base64Body, Entry, TextBody
from mockserver.domain.journal.journal import (
    ClockMoved,
    ClockSet,
    Closed,
    Contact,
    Controlled,
    DeliveryTried,
    Exchange,
    Kind,
    Sent,
)

if TYPE_CHECKING:
    from mockserver.domain.journal import journal
    from mockserver.domain.journal.journal import Matched
    from mockserver.domain.reply.reply import Headers
    from mockserver.domain.scenario.scenario import Undecided

_LONGEST_CHARACTER_BYTES = 4


class Head(Struct, frozen=True):
    """The values by which entries are found; empty or 0 if an entry has no such value."""

    kind: Kind
    provider: str = ""
    operation: str = ""
    call_phase: str = ""
    task_id: str = ""
    status: int = 0


def head_of(entry: journal.Entry) -> Head:
    """The values by which an entry is found."""
    match entry:
        case Exchange() | DeliveryTried():
            kind: Kind = "exchange" if isinstance(entry, Exchange) else "delivery"
            place = (entry.provider, entry.operation, entry.call_phase)
            return Head(kind, *place, entry.task_id, entry.status)
        case Sent():
            return Head("sent", entry.provider, status=entry.performed.status)
        case Closed():
            return Head("closed", entry.provider)
        case ClockMoved() | ClockSet():
            return Head("clock")
        case Controlled():
            return Head("control")


def entry_shown(entry: journal.Entry, code: int = 0) -> Entry:
    """One entry; `request_body` and `reply_body` are null if there was no body.

    `code` is what the envelope of a call says.
    """
    head = head_of(entry)
    told = {
        **asdict(head),
        "code": code or head.status,
        **dict.fromkeys(("method", "path", "query", "key", "model", "reason", "scenario"), ""),
        **{name: [] for name in ("request_headers", "reply_headers", "faults", "undecided")},
        **dict.fromkeys(("request_body", "reply_body")),
        "scenario_struck": False,
        "detail": {},
        **_own(entry),
    }
    return Entry(seq=entry.seq, real_ms=entry.real_ms, virtual_ms=entry.virtual_ms, **told)


def _own(entry: journal.Entry) -> dict[str, Any]:
    """The fields of an entry's kind, besides its head."""
    match entry:
        case Exchange():
            return {
                "method": entry.method,
                "path": entry.path,
                "query": entry.query,
                "key": entry.key,
                "model": entry.model,
                "request_headers": headers_shown(entry.request_headers),
                "reply_headers": headers_shown(entry.reply_headers),
                "reply_body": body_shown(entry.reply_body, entry.reply_size_bytes),
                "undecided": [undecided_shown(rule) for rule in entry.undecided],
                **_of_contact(entry),
            }
        case DeliveryTried():
            told = {"delivery": entry.delivery, "attempt": entry.attempt, "state": entry.state}
            return {"method": "POST", "path": entry.url, "detail": told, **_of_contact(entry)}
        case Sent():
            done = entry.performed
            return {
                "method": entry.method,
                "path": entry.path,
                "reply_body": body_shown(b"", done.sent_bytes),
                "scenario_struck": entry.scenario_struck,
                "detail": {
                    "of": entry.of,
                    "client_left": done.gone,
                    "whole": done.whole,
                    "done": entry.done,
                    "asset": entry.asset,
                    "chunks": done.chunks,
                    "pieces": [list(piece) for piece in done.pieces],
                    "outlasted": done.outlasted,
                    "struck": list(entry.struck),
                    "struck_pieces": entry.struck_pieces,
                },
            }
        case Closed():
            return {"detail": {"of": entry.of, "struck": list(entry.struck)}}
        case ClockMoved():
            return {"detail": {"from_ms": entry.from_ms, "to_ms": entry.virtual_ms}}
        case ClockSet():
            return {"reason": entry.what, "detail": {"mode": entry.mode, "rate": entry.rate}}
        case Controlled():
            return {"reason": entry.what}


def _of_contact(entry: Contact) -> dict[str, Any]:
    return {
        "reason": entry.reason,
        "request_body": body_shown(entry.request_body, entry.request_size_bytes),
        "faults": [matched_shown(matched) for matched in entry.faults],
        "scenario": entry.scenario,
        "scenario_struck": entry.scenario_struck,
    }


def headers_shown(headers: Headers) -> list[tuple[str, str]]:
    """Names and values in the order sent."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def body_shown(body: bytes, size_bytes: int) -> TextBody | Base64Body | None:
    """A body as `text`, or as `base64` if it is not UTF-8; `truncated` if not all of it was kept."""
    size_bytes = max(size_bytes, len(body))
    if not size_bytes:
        return None
    truncated = size_bytes > len(body)
    # The cap may fall inside a character: what is left of that one is not shown.
    for left_out in range(_LONGEST_CHARACTER_BYTES if truncated else 1):
        try:
            text = body[: len(body) - left_out].decode()
            return TextBody(text, size_bytes, truncated)
        except UnicodeDecodeError:
            continue
    text = b64encode(body).decode()
    return Base64Body(text, size_bytes, truncated)


def matched_shown(matched: Matched) -> parts.Matched:
    """A fault rule that matched: whether it was applied and struck, and the cause or why not."""
    return {
        "rule": matched.rule,
        "fault": matched.fault,
        "applied": matched.applied,
        "struck": matched.struck,
        "fired": matched.applied,  # the old word, for one version
        "why": matched.why,
    }


def undecided_shown(rule: Undecided) -> parts.Undecided:
    """A scenario rule that could not be decided, and why. It was not applied."""
    return {"rule": rule.rule, "scenario": rule.scenario, "applied": False, "why": rule.why}
