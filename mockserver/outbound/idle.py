"""Things that wait for their next use, each for one kind of use."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Idle(Generic[T]):
    """At most `limit` things. The last used is taken first, so that unused ones get old."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._things: list[tuple[Hashable, T]] = []

    def take(self, use: Hashable) -> T | None:
        """The thing that was last put away for this use; None if there is none."""
        for at in reversed(range(len(self._things))):
            if self._things[at][0] == use:
                return self._things.pop(at)[1]
        return None

    def put(self, use: Hashable, thing: T) -> T | None:
        """Puts a thing away; returns the oldest one if there are now too many."""
        self._things.append((use, thing))
        return self._things.pop(0)[1] if len(self._things) > self._limit else None

    def empty(self) -> Iterator[T]:
        """Returns everything."""
        while self._things:
            yield self._things.pop()[1]
