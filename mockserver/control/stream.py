"""Events as a client reads them: one at a time, with the place from which another stream can go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType

from mockserver.control.records import Event
from mockserver.control.replies import decoded

Opened = Callable[[], AbstractContextManager[Iterator[str]]]


class Stream:
    """A context manager that yields each event as it comes. It ends when the server ends it.
    `place` is the position in the stream. If you give it to the next stream, that one misses
    nothing. Iteration raises ControlError.
    """

    def __init__(self, opened: Opened, place: str = "") -> None:
        self.place = place
        self._opened = opened
        self._stack = ExitStack()
        self._lines: Iterator[str] = iter(())

    def __enter__(self) -> Stream:
        """Waits until the server listens: from now on nothing is missed. Raises ControlError."""
        self._lines = self._stack.enter_context(self._opened())
        for line in self._lines:
            if not line:
                break
            self._note(line)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool | None:
        return self._stack.__exit__(kind, error, at)

    def __iter__(self) -> Iterator[Event]:
        data = ""
        for line in self._lines:
            self._note(line)
            if line.startswith("data: "):
                data = line.removeprefix("data: ")
            elif not line and data:
                yield decoded(data, Event)
                data = ""

    def _note(self, line: str) -> None:
        if line.startswith("id: "):
            self.place = line.removeprefix("id: ")
