"""Replies that leave together, at the end of a turn of the event loop.

To write to a socket whose reader sleeps costs more than to make most replies: it has to be woken.
Written one behind the other, the first wakes it and the rest come while it is awake.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Transport


class Outbox:
    """What the connections of one server have to say. Each of them has at most one reply here."""

    def __init__(self) -> None:
        self.unsent: dict[Transport, bytes] = {}

    def put(self, loop: AbstractEventLoop, transport: Transport, reply: bytes) -> None:
        """Has a reply written when everything else that is ready now has had its turn."""
        if not self.unsent:
            loop.call_soon(self._flush)
        assert transport not in self.unsent, "the reply before has left when a request is served"
        self.unsent[transport] = reply

    def write_now(self, transport: Transport) -> None:
        """Writes what a connection has here, before anything else goes out on it."""
        reply = self.unsent.pop(transport, None)
        if reply is not None and not transport.is_closing():
            transport.write(reply)

    def _flush(self) -> None:
        unsent, self.unsent = self.unsent, {}
        for transport, reply in unsent.items():
            if not transport.is_closing():
                transport.write(reply)
