"""The event loop of a server: uvloop, but its end waits for nobody.

uvloop looks up names in the threads of libuv, and it cannot be closed before they are done. A
resolver that gets no answer takes a minute, and a server could not stop in that time. So names are
looked up in other threads.
"""

from __future__ import annotations

import asyncio
from _socket import getaddrinfo  # the guard of a test watches over `socket.getaddrinfo`
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from threading import Thread
from typing import Any
from warnings import catch_warnings, simplefilter

import uvloop

LOOKUPS = 64
Found = list[tuple[Any, ...]]
LookUp = Callable[..., Found]


class Loop(uvloop.Loop):
    """`look_up` finds the addresses of a name, as `socket.getaddrinfo` does."""

    look_up: LookUp = staticmethod(getaddrinfo)

    def __init__(self) -> None:
        super().__init__()
        self._places = asyncio.Semaphore(LOOKUPS)

    async def getaddrinfo(self, host: Any, port: Any, **named: int) -> Any:
        """As in asyncio. A lookup keeps its place until it ends, even if nobody waits for it."""
        with suppress(ValueError):
            ip_address(host)
            return await super().getaddrinfo(host, port, **named)  # nothing to look up
        found: asyncio.Future[Found] = self.create_future()
        await self._places.acquire()
        work = partial(self.look_up, host, port, **named)
        Thread(target=self._work, args=(work, found), name="lookup", daemon=True).start()
        return await found

    def close(self) -> None:
        """Closes connections that are still open without a word.

        uvloop warns of each of them. Where warnings are errors, it would then forget to close it,
        and wait for it for ever.
        """
        with catch_warnings():
            simplefilter("ignore", ResourceWarning)
            super().close()

    def _work(self, work: Callable[[], Found], found: asyncio.Future[Found]) -> None:
        """Runs in the thread."""
        try:
            end = partial(found.set_result, work())
        except (OSError, UnicodeError) as error:
            end = partial(found.set_exception, error)
        with suppress(RuntimeError):  # the loop has been closed
            self.call_soon_threadsafe(self._end, found, end)

    def _end(self, found: asyncio.Future[Found], end: Callable[[], None]) -> None:
        self._places.release()
        if not found.done():
            end()
