"""Heads of requests that were read before.

A client that polls sends the same head again and again, byte for byte. A client that creates jobs
does too, except the length of the body. It takes a tenth of the time to recognize a head that it
takes to read it.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mockserver.domain.input.quantity import whole_number
from mockserver.domain.journal.journal import headers_bytes

REMEMBERED = 2048
MAX_BYTES = 4096
END = b"\r\n\r\n"
_DEMANDING = frozenset({b"transfer-encoding", b"expect", b"upgrade"})


class Head(Struct):
    """What a head says. `note` belongs to the application: its result, for the next time."""

    method: str
    raw_path: bytes
    path: str
    query: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    keep_alive: bool
    note: Any = None
    headers_bytes: int = 0

    def __post_init__(self) -> None:
        self.headers_bytes = headers_bytes(self.headers)


def size_bytes(target: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """The approximate length of a head, from its target and its headers."""
    return len(target) + headers_bytes(headers) + 4 * len(headers)


def without_offer(parser: Any, target: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The head that a parser has read, without its offer to upgrade."""
    lines = [b"%s %s HTTP/%s" % (parser.get_method(), target, parser.get_http_version().encode())]
    lines += [name + b": " + value for name, value in headers if name != b"upgrade"]
    return b"\r\n".join([*lines, b"", b""])


class HeadCache:
    """The heads of one server by their bytes, each with the size of the body after it."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Head, int]] = {}
        self._seen: set[bytes] = set()

    def recognized(self, raw: bytes, body: bytes) -> Head | None:
        """The head with these bytes, if it is known and such a body comes after it."""
        known = self._known.get(raw)
        return known[0] if known is not None and known[1] == len(body) else None

    def learn(self, raw: bytes, body: bytes, head: Head) -> None:
        """Remembers a head that has come for the second time, with what it said now.

        A head is not remembered if the connection ends after it, or if it says more about its body
        than the size.
        """
        if not head.keep_alive or len(raw) > MAX_BYTES:
            return
        if raw not in self._seen:  # most heads that come only once end here
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen.add(raw)
            return
        fields = dict(head.headers)
        if not fields.keys().isdisjoint(_DEMANDING):
            return
        if whole_number(fields.get(b"content-length", b"0").decode("latin-1")) != len(
            body
        ):  # more than one request
            return
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[raw] = (head, len(body))
