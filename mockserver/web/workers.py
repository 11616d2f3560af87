"""More than one process on one listening socket, for servers whose store is shared."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Thread


class Workers:
    """Forks `count - 1` further processes; the first one ends them when it ends itself.

    All hold an end of one pipe, the first alone the other: where it is killed, they hear that.
    """

    def __init__(self, count: int) -> None:
        self._children: list[int] = []
        self.is_first = True
        if count == 1:
            return
        heard, held = os.pipe()
        for _ in range(count - 1):
            child = os.fork()
            if child == 0:
                self._children = []
                self.is_first = False
                os.close(held)
                Thread(target=_follow, args=(heard,), name="first worker", daemon=True).start()
                return
            self._children.append(child)
        os.close(heard)

    def end(self) -> None:
        """Ends the further processes and waits for them; does nothing in one of those."""
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        for child in self._children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        self._children = []
        if not self.is_first:
            os._exit(0)  # the rest of the command line is the first process's to run


def _follow(heard: int) -> None:
    """Ends this process as soon as the first one is no more, in whatever way it went."""
    os.read(heard, 1)
    os.kill(os.getpid(), signal.SIGTERM)
