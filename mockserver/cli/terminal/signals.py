"""Signals that ask for an end: who hears them, and that they are heard."""

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
    """Gives them to `handler`, but for those that whoever started this process had it ignore."""
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
    """A handler that unwinds the main thread. Raises SystemExit: 128 + n, as shells have it."""
    raise SystemExit(128 + number)


def result(future: Future[T]) -> T:
    """What another thread comes to, for the main thread to wait for. Raises what that raised.

    Python handles a signal between two instructions of the main thread. One that comes a moment
    before that thread begins to wait does not wake it, so it never waits for long.
    """
    while not future.done():
        wait((future,), HEARING_S)
    return future.result()


def as_they_end(futures: Sequence[Future[T]], beat: Callable[[], None]) -> Iterator[Future[T]]:
    """Futures as they end, for the main thread; `beat` is called again and again meanwhile."""
    left = set(futures)
    while left:
        done, left = wait(left, HEARING_S, FIRST_COMPLETED)
        beat()
        yield from done
