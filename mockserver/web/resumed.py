"""A coroutine that has run without a task goes on in one."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any


@coroutine
def resumed(serving: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Goes on with a coroutine that has begun and waits for something, which is `awaited`.

    What a coroutine waits for is told to its task once, when it stops. This one stopped before it
    had a task: so it is told here, and only then the coroutine goes on.
    """
    try:
        yield awaited
    except CancelledError as cancelled:  # the coroutine is told, and may wait for something more
        try:
            awaited = serving.throw(cancelled)
        except StopIteration:
            return
        yield from resumed(serving, awaited)
    else:
        yield from serving.__await__()
