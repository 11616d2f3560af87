"""Counts the turns of the event loop, to show that long work leaves some of them to others."""

from __future__ import annotations

import asyncio
from types import TracebackType


class LoopTurns:
    """Counts the turns of the running loop for as long as it is entered."""

    def __init__(self) -> None:
        self.count = 0
        self._next: asyncio.Handle | None = None

    def __enter__(self) -> LoopTurns:
        self._next = asyncio.get_running_loop().call_soon(self._turn)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._next is not None
        self._next.cancel()

    def _turn(self) -> None:
        self.count += 1
        self._next = asyncio.get_running_loop().call_soon(self._turn)
