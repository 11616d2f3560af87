"""Sleeps of an in-process client that move its sandbox's clock and do not wait."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import current_thread
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

SERVER_THREAD = "reelmock"  # the server's own sleeps are real


@contextmanager
def turning(reelmock: Reelmock) -> Iterator[None]:
    """Makes `time.sleep`, `asyncio.sleep` and `anyio.sleep` move a sandbox's clock for a while."""
    wanted: dict[str, Callable[..., Any]] = {"time": _sleep, "asyncio": _asleep, "anyio": _asleep}
    with pytest.MonkeyPatch.context() as patch:
        for name, instead in wanted.items():
            module: Any = sys.modules.get(name)
            if module is not None:
                patch.setattr(module, "sleep", partial(instead, reelmock, module.sleep))
        yield


def _is_ours(seconds: float) -> bool:
    """Whether a sleep is a wait of the client, and not a turn for other tasks or a sleep of the server."""
    return seconds > 0 and current_thread().name != SERVER_THREAD


def _sleep(reelmock: Reelmock, usual: Callable[[float], None], seconds: float) -> None:
    if _is_ours(seconds):
        reelmock.sleep(seconds)
    else:
        usual(seconds)


async def _asleep(reelmock: Reelmock, usual: Callable[..., Any], delay: float, *result: Any) -> Any:
    if not _is_ours(delay):
        return await usual(delay, *result)
    await reelmock.asleep(delay)
    return result[0] if result else None
