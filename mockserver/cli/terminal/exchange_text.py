"""One journal entry whole, as a person reads it, and its request as a curl line."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.control.records import Body, Entry

KEY_GOES_HERE = "YOUR_KEY"
_REDACTED = re.compile(r"\[redacted[^\]]*\]")
LEFT_TO_CURL = ("host", "content-length", "connection", "accept-encoding", "user-agent")


def whole(entry: Entry, base_url: str) -> str:
    """Request, reply, what rules decided and why, and the request as curl."""
    return "\n".join(_lines(entry, base_url))


def _lines(entry: Entry, base_url: str) -> Iterator[str]:
    yield f"{entry.seq} {entry.kind} {entry.provider} {entry.operation}".rstrip()
    query = f"?{entry.query}" if entry.query else ""
    if entry.method:
        yield f"\n{entry.method} {entry.path}{query}"
        yield from (f"{name}: {value}" for name, value in entry.request_headers)
        yield from _body(entry.request_body)
        yield f"\n{entry.status or 'no answer'}"
        yield from (f"{name}: {value}" for name, value in entry.reply_headers)
        yield from _body(entry.reply_body)
    if entry.reason:
        yield f"\nreason: {entry.reason}"
    for fault in entry.faults:
        how = "struck" if fault["struck"] else "applied" if fault["applied"] else "held back"
        yield f"rule {fault['rule']}: {fault['fault']} {how}: {fault['why']}"
    for rule in entry.undecided:
        yield f"scenario rule {rule['rule']}: {rule['scenario']} held back: {rule['why']}"
    if entry.kind == "exchange":
        yield f"\n{curl(entry, base_url)}"


def _body(body: Body | None) -> Iterator[str]:
    """A body on lines of its own; JSON is laid out."""
    if body is None:
        return
    text = body.text or body.base64
    with suppress(msgspec.DecodeError):
        text = msgspec.json.format(text, indent=2)
    yield f"\n{text}" + (f"\n(cut; {body.size_bytes} bytes in all)" if body.truncated else "")


def curl(entry: Entry, base_url: str) -> str:
    """The request as a line for a shell; the key, which nobody keeps, is a word to replace."""
    query = f"?{entry.query}" if entry.query else ""
    words = ["curl", "-X", entry.method, f"{base_url}{entry.path}{query}"]
    for name, value in entry.request_headers:
        if name not in LEFT_TO_CURL:
            words += ["-H", f"{name}: {value}"]
    line = shlex.join(words)
    if entry.key and not _REDACTED.search(line):  # the journal leaves the header out
        words += ["-H", f"authorization: Bearer {KEY_GOES_HERE}"]
    body = entry.request_body
    if body is not None and body.text:
        words += ["--data-raw", body.text]
    return _REDACTED.sub(KEY_GOES_HERE, shlex.join(words))
