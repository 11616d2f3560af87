"""Waits of tests end within seconds, and say what did not come."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread, Timer
from types import FrameType

CALM_S, MOST_S = 15, 60


def patience_s(load: float, cores: int) -> float:
    """How long a wait may last: longer on a machine that has more to do than it has cores."""
    return min(CALM_S * max(load / cores, 1), MOST_S)


PATIENCE_S = patience_s(os.getloadavg()[0], os.cpu_count() or 1)
"""What takes 1 or 2 s where nothing else runs. It is measured once, when the tests are read."""


@contextmanager
def awaiting(what: str, real_s: float = PATIENCE_S) -> Iterator[None]:
    """Breaks off whatever the block waits for with an AssertionError that names it.

    For the main thread alone. The time limit of the whole test goes on behind it.
    """

    def give_up(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"waited {real_s:g} s for {what}")

    usual = signal.signal(signal.SIGALRM, give_up)
    left_s, _ = signal.setitimer(signal.ITIMER_REAL, real_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left_s)
        signal.signal(signal.SIGALRM, usual)


def next_line(process: subprocess.Popen[str], real_s: float = PATIENCE_S) -> str:
    """The next line that a process prints; one that stays silent is killed. Raises AssertionError."""
    assert process.stdout is not None, "its output is not read"
    silent = Timer(real_s, process.kill)
    silent.start()
    try:
        line = process.stdout.readline()
    finally:
        silent.cancel()
    assert line, f"{process.args!r} ended, or said nothing for {real_s:g} s"
    return line


def joined(thread: Thread, real_s: float = PATIENCE_S) -> None:
    """Waits for the end of a thread. Raises AssertionError where it does not end."""
    thread.join(real_s)
    assert not thread.is_alive(), f"waited {real_s:g} s for the end of {thread.name}"
