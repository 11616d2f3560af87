"""Heads of requests that have been read before.

Who polls sends the same head again and again, byte for byte; so does who creates, but for the
length of the body. To know a head again takes a tenth of what it takes to read it.
"""

from __future__ import annotations

from typing import Any

REMEMBERED = 2048
MAX_BYTES = 4096
END = b"\r\n\r\n"

Headers = list[tuple[bytes, bytes]]


class Head:
    """What a head says. `note` is the application's: what it has made of it, for the next time."""

    __slots__ = ("headers", "keep_alive", "method", "note", "path", "query", "raw_path", "version")

    def __init__(
        self,
        method: str,
        raw_path: bytes,
        path: str,
        query: bytes,
        version: str,
        headers: Headers,
        keep_alive: bool,
    ) -> None:
        self.method = method
        self.raw_path = raw_path
        self.path = path
        self.query = query
        self.version = version
        self.headers = headers
        self.keep_alive = keep_alive
        self.note: Any = None


class Heads:
    """The heads of one server by their bytes, each with the size of the body that follows it."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Head, int]] = {}

    def recognized(self, data: bytes) -> tuple[Head, bytes] | None:
        """Head and body, where `data` is one whole request whose head is known."""
        raw, end, body = data.partition(END)
        known = self._known.get(raw)
        if known is None or known[1] != len(body) or not end:
            return None
        return known[0], body

    def learn(self, data: bytes, head: Head) -> None:
        """Remembers a head where `data` is that of one whole request.

        Not where the connection ends behind it, nor where it says more of its body than the size.
        """
        raw, _, body = data.partition(END)
        if not head.keep_alive or len(raw) > MAX_BYTES:
            return
        fields = dict(head.headers)
        if not fields.keys().isdisjoint(_DEMANDING):
            return
        if int(fields.get(b"content-length", b"0")) != len(body):  # more than one request
            return
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[raw] = (head, len(body))


_DEMANDING = frozenset({b"transfer-encoding", b"expect", b"upgrade"})
