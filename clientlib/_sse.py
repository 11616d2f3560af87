"""An incremental reader of server-sent events, as WHATWG specifies `text/event-stream`.

Bytes go in split anywhere, events come out as soon as the blank line that ends them is seen. What
is unfinished when the bytes end is no event, as the specification has it.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

LIMIT_CHARS = 4 * 1024 * 1024
"""The longest event that is collected; more is a flood."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One dispatched event. `retry_ms` is the last reconnection time the stream has set."""

    event: str
    data: str
    last_event_id: str
    retry_ms: int | None


class EventTooLong(ValueError):
    """A line or an event outgrew `LIMIT_CHARS`."""


class EventDecoder:
    """Feed it bytes, get events. `pending` tells whether an event is half received."""

    def __init__(self) -> None:
        # utf-8-sig drops one byte order mark; bad bytes become U+FFFD, as WHATWG decodes.
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._line: list[str] = []
        self._held = 0
        self._after_cr = False
        self._data: list[str] = []
        self._data_size = 0
        self._event = ""
        self._last_id = ""
        self._retry_ms: int | None = None

    @property
    def pending(self) -> bool:
        """Whether something came after the last complete event."""
        return bool(self._line or self._data or self._event)

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events that `chunk` completes."""
        events = []
        for line in self._lines(self._decode(chunk)):
            if line:
                self._field(line)
            elif (event := self._dispatch()) is not None:
                events.append(event)
        return events

    def _lines(self, text: str) -> list[str]:
        """Complete lines. CR, LF and CRLF all end one, and CRLF may be split between chunks."""
        if text and self._after_cr:
            text = text.removeprefix("\n")
            self._after_cr = False
        elif not text:
            return []
        self._after_cr = text.endswith("\r")
        # Not splitlines(): that one also splits at form feeds, U+2028 and more.
        *complete, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        lines = []
        for part in complete:
            lines.append("".join([*self._line, part]))
            self._line.clear()
        self._held = len(rest) + (0 if complete else self._held)
        if rest:
            self._line.append(rest)
        if self._held > LIMIT_CHARS:
            raise EventTooLong(f"a line of more than {LIMIT_CHARS} characters")
        return lines

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._data_size += len(value) + 1
            if self._data_size > LIMIT_CHARS:
                raise EventTooLong(f"an event of more than {LIMIT_CHARS} characters")
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._last_id = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            self._retry_ms = int(value[:12])

    def _dispatch(self) -> ServerEvent | None:
        data, event = self._data, self._event
        self._data, self._data_size, self._event = [], 0, ""
        if not data:
            return None
        return ServerEvent(event or "message", "\n".join(data), self._last_id, self._retry_ms)
