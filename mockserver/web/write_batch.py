"""Replies that are sent together, at the end of a turn of the event loop.

A write to a socket whose reader sleeps costs more than to make most replies, because the reader has
to be woken. If replies are written one after another, the first one wakes the reader, and the
others come while it is awake.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Transport


class WriteBatch:
    """The replies that the connections of one server have to send: at most one for each connection."""

    def __init__(self) -> None:
        self.unsent: dict[Transport, bytes] = {}

    def put(self, loop: AbstractEventLoop, transport: Transport, reply: bytes) -> None:
        """Writes a reply after everything else that is ready now has had its turn."""
        if not self.unsent:
            loop.call_soon(self._flush)
        assert transport not in self.unsent, "the earlier reply was sent before a request is served"
        self.unsent[transport] = reply

    def write_now(self, transport: Transport) -> None:
        """Writes what a connection has here, before anything else is sent on it."""
        reply = self.unsent.pop(transport, None)
        if reply is not None and not transport.is_closing():
            transport.write(reply)

    def _flush(self) -> None:
        unsent, self.unsent = self.unsent, {}
        for transport, reply in unsent.items():
            if not transport.is_closing():
                transport.write(reply)
