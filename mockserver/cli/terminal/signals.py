"""Signals that ask the process to end: which handler gets them, and how no signal is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
HEARING_S = 0.25
T = TypeVar("T")


@contextmanager
def handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Gives these signals to `handler`, except those that this process was started to ignore."""
    before = {number: signal.getsignal(number) for number in ENDING}
    taken = {number: usual for number, usual in before.items() if usual is not signal.SIG_IGN}
    for number in taken:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, usual in taken.items():
            signal.signal(number, usual)


def leave(number: int, frame: FrameType | None) -> None:
    """A handler that leaves the main thread in order. Raises SystemExit: 128 + n, as in shells."""
    raise SystemExit(128 + number)


def result(future: Future[T]) -> T:
    """The result of another thread, for which the main thread waits.

    Raises what that thread raised.

    Python handles a signal between two instructions of the main thread. A signal that comes a
    moment before that thread begins to wait does not wake it. So it never waits for long.
    """
    while not future.done():
        wait((future,), HEARING_S)
    return future.result()


def as_they_end(futures: Sequence[Future[T]], beat: Callable[[], None]) -> Iterator[Future[T]]:
    """Futures in the order in which they end, for the main thread.

    While it waits, it calls `beat` again and again.
    """
    left = set(futures)
    while left:
        done, left = wait(left, HEARING_S, FIRST_COMPLETED)
        beat()
        yield from done
