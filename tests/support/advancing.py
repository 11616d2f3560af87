"""Turns a test server's clock and settings from the test's own thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from mockserver.app import Running
from mockserver.control import Control
from mockserver.domain.job.ids import key_hash
from mockserver.domain.sandbox.sandbox import Sandbox

T = TypeVar("T")


def on_server(server: Running, work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine in the server's own loop; the server must have answered once."""
    loop = server.app.core.callbacks._group._loop  # the server runs its loop in a thread of its own
    return asyncio.run_coroutine_threadsafe(work, loop).result(30)


async def _sandbox_id(server: Running, key: str) -> str:
    found = await server.app.core.store.resolve(key_hash(key))
    assert found is not None, "the key has opened no sandbox yet"
    return found


def advance(server: Running, key: str, seconds: float) -> None:
    """Moves the clock of a key's sandbox on; every callback due by then has been tried."""
    with Control(server.base_url, key=key) as control:
        control.advance(f"{round(seconds * 1000)}ms")


def change(server: Running, key: str, how: Callable[[Sandbox], Sandbox]) -> None:
    """Changes what is set for a key's sandbox."""

    async def go() -> None:
        await server.app.core.sandboxes.update(await _sandbox_id(server, key), how)

    on_server(server, go())
