"""Heads of requests that have been read before.

Who polls sends the same head again and again, byte for byte; so does who creates, but for the
length of the body. To know a head again takes a tenth of what it takes to read it.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mockserver.domain.input.quantity import whole_number

REMEMBERED = 2048
MAX_BYTES = 4096
END = b"\r\n\r\n"
_DEMANDING = frozenset({b"transfer-encoding", b"expect", b"upgrade"})


class Head(Struct):
    """What a head says. `note` is the application's: what it has made of it, for the next time."""

    method: str
    raw_path: bytes
    path: str
    query: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    keep_alive: bool
    note: Any = None


def size_bytes(target: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """Roughly how long a head is, by its target and its headers."""
    return len(target) + sum(len(name) + len(value) + 4 for name, value in headers)


def without_offer(parser: Any, target: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The head that a parser has read, without its offer to upgrade."""
    lines = [b"%s %s HTTP/%s" % (parser.get_method(), target, parser.get_http_version().encode())]
    lines += [name + b": " + value for name, value in headers if name != b"upgrade"]
    return b"\r\n".join([*lines, b"", b""])


class Heads:
    """The heads of one server by their bytes, each with the size of the body that follows it."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Head, int]] = {}
        self._seen: set[bytes] = set()

    def recognized(self, raw: bytes, body: bytes) -> Head | None:
        """The head with these bytes, where it is known and such a body follows it."""
        known = self._known.get(raw)
        return known[0] if known is not None and known[1] == len(body) else None

    def learn(self, raw: bytes, body: bytes, head: Head) -> None:
        """Remembers a head that has come for the second time, with what it said now.

        Not where the connection ends behind it, nor where it says more of its body than the size.
        """
        if not head.keep_alive or len(raw) > MAX_BYTES:
            return
        if raw not in self._seen:  # most of those that never come again end here
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
