"""Continues a coroutine in a task, after it has run without one."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any


@coroutine
def resumed(serving: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Continues a coroutine that has begun and waits for `awaited`.

    A coroutine tells its task what it waits for only once, when it stops. This one stopped before
    it had a task. So this function waits for it first, and then continues the coroutine.
    """
    try:
        yield awaited
    # the coroutine gets the result, and may wait for something else
    except CancelledError as cancelled:
        try:
            awaited = serving.throw(cancelled)
        except StopIteration:
            return
        yield from resumed(serving, awaited)
    else:
        yield from serving.__await__()
