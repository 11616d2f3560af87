"""More than one process on one listening socket, for servers whose store is shared."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Thread


class Workers:
    """Forks `count - 1` more processes. The first process ends them when it ends.

    The other processes hold the reading end of a pipe, and the first one holds its writing end. If
    the first one is killed, the others notice.
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
        """Ends the other processes and waits for them; does nothing in one of those."""
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        for child in self._children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        self._children = []
        if not self.is_first:
            os._exit(0)  # the first process does the rest of the command line


def _follow(heard: int) -> None:
    """Ends this process as soon as the first one has ended, for any reason."""
    os.read(heard, 1)
    os.kill(os.getpid(), signal.SIGTERM)
