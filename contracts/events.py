"""Decodes server-sent events from bytes as they come. It keeps at most one event (WHATWG HTML)."""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator

MAX_EVENT_CHARS = 1 << 20
"""A longer event is an error. assumed: no source names a limit."""

# str.splitlines knows more line ends than SSE does.
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class EventTooLong(ValueError):
    """An event outgrew MAX_EVENT_CHARS."""


class EventDecoder:
    """Give it bytes in any pieces. It yields the data of each complete event.

    Raises UnicodeDecodeError on bytes that are not UTF-8, and EventTooLong.
    """

    def __init__(self) -> None:
        self._utf8 = getincrementaldecoder("utf-8")("strict")
        self._line: list[str] = []
        self._data: list[str] = []
        self._held_chars = 0
        self._after_cr = False
        self._begun = False

    def feed(self, chunk: bytes, last: bool = False) -> Iterator[str]:
        """Take the next bytes. `last` says that no more bytes will come."""
        text = self._utf8.decode(chunk, last)
        if not self._begun and text:
            self._begun = True
            text = text.removeprefix("\ufeff")
        for piece in _LINES.findall(text):
            yield from self._piece(piece)

    @property
    def inside(self) -> bool:
        """Whether the bytes so far end in the middle of an event."""
        return bool(self._line or self._data)

    def _piece(self, piece: str) -> Iterator[str]:
        if self._after_cr and piece == "\n":  # the rest of a line end that came in two pieces
            self._after_cr = False
            return
        self._after_cr = False
        body = piece.rstrip("\r\n")
        self._held_chars += len(body)
        if self._held_chars > MAX_EVENT_CHARS:
            raise EventTooLong(f"an event is longer than {MAX_EVENT_CHARS} characters")
        self._line.append(body)
        if len(body) == len(piece):
            return
        self._after_cr = piece.endswith("\r")
        line, self._line = "".join(self._line), []
        yield from self._whole_line(line)

    def _whole_line(self, line: str) -> Iterator[str]:
        if not line:
            if self._data:
                yield "\n".join(self._data)
            self._data, self._held_chars = [], 0
            return
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
