"""One journal entry whole, as a person reads it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from mockserver.cli.terminal.live import status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.control.records import Body, Entry


def whole(entry: Entry) -> str:
    """Request, reply, what rules decided and why."""
    return "\n".join(_lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    yield f"{entry.seq} {entry.kind} {entry.provider} {entry.operation}".rstrip()
    query = f"?{entry.query}" if entry.query else ""
    if entry.method:
        yield f"\n{entry.method} {entry.path}{query}"
        yield from (f"{name}: {value}" for name, value in entry.request_headers)
        yield from _body(entry.request_body)
        yield f"\n{status(entry)}"
        yield from (f"{name}: {value}" for name, value in entry.reply_headers)
        yield from _body(entry.reply_body)
    if entry.reason:
        yield f"\nreason: {entry.reason}"
    for fault in entry.faults:
        how = "struck" if fault["struck"] else "applied" if fault["applied"] else "held back"
        yield f"rule {fault['rule']}: {fault['fault']} {how}: {fault['why']}"
    for rule in entry.undecided:
        yield f"scenario rule {rule['rule']}: {rule['scenario']} held back: {rule['why']}"


def _body(body: Body | None) -> Iterator[str]:
    """A body on lines of its own; JSON is laid out."""
    if body is None:
        return
    text = body.text or body.base64
    with suppress(msgspec.DecodeError):
        text = msgspec.json.format(text, indent=2)
    yield f"\n{text}" + (f"\n(cut; {body.size_bytes} bytes in all)" if body.truncated else "")
