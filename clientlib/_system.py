"""The real clock, sleep and dice: the only file of the client that touches them."""

from __future__ import annotations

import random
import time
from typing import Final

import anyio

_WALL_AT_IMPORT_S: Final = time.time()
_STEADY_AT_IMPORT_S: Final = time.monotonic()


def now() -> float:
    """Unix seconds that never step: wall time at import, carried on by the steady clock.

    A deadline measured with it does not move when somebody sets the machine's clock.
    """
    return _WALL_AT_IMPORT_S + (time.monotonic() - _STEADY_AT_IMPORT_S)


def wall() -> float:
    """Unix seconds as the machine has them now; what a signed timestamp is compared with."""
    return time.time()


def sleep(seconds: float) -> None:
    """Block this thread for `seconds`."""
    time.sleep(seconds)


async def sleep_async(seconds: float) -> None:
    """Suspend this task for `seconds`, on asyncio or trio."""
    await anyio.sleep(seconds)


def jitter() -> float:
    """A roll in [0, 1). It spreads retries of many clients; nothing secret depends on it."""
    return random.random()
