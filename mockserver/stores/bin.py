"""Frees many records, a few at a time, so that no turn of the event loop takes long."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Bin:
    """Pieces that are not used any more; each step of a piece frees some records."""

    def __init__(self) -> None:
        self._pieces: deque[Iterator[None]] = deque()

    def put(self, piece: Iterator[None]) -> None:
        """Frees a piece in the next turns."""
        self._pieces.append(piece)
        if len(self._pieces) == 1:
            asyncio.get_running_loop().call_soon(self._empty)

    def _empty(self) -> None:
        for _ in self._pieces[0]:
            break
        else:
            self._pieces.popleft()
        if self._pieces:
            asyncio.get_running_loop().call_soon(self._empty)
