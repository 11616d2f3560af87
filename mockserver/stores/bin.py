"""Lets go of many tasks a few at a time, so that no turn of the event loop is long for it."""

from __future__ import annotations

import asyncio
from collections import deque

from mockserver.stores.shelf import Shelf

AT_ONCE = 1000  # about a millisecond


class Bin:
    """Shelves that nobody asks any more."""

    def __init__(self) -> None:
        self._shelves: deque[Shelf] = deque()

    def put(self, shelf: Shelf) -> None:
        """Lets go of a shelf in the turns to come."""
        if len(shelf) <= AT_ONCE:
            return
        self._shelves.append(shelf)
        if len(self._shelves) == 1:
            asyncio.get_running_loop().call_soon(self._empty)

    def _empty(self) -> None:
        if not self._shelves[0].drop_some(AT_ONCE):
            self._shelves.popleft()
        if self._shelves:
            asyncio.get_running_loop().call_soon(self._empty)
