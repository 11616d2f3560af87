"""Both clients behind one face, so that every test is run with each of them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clientlib import AsyncClient, AsyncJob, Client
from tests.support.client_clock import VirtualClock

Make = Callable[..., Any]


class Blocking:
    """An `AsyncClient` or `AsyncJob` whose methods block, on an event loop of its own."""

    def __init__(self, runner: asyncio.Runner, inner: Any) -> None:
        self._runner = runner
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            result = found(*args, **kwargs)
            if inspect.isasyncgen(result):
                return self._iterated(result)
            if inspect.isawaitable(result):
                result = self._runner.run(_awaited(result))
            return Blocking(self._runner, result) if isinstance(result, AsyncJob) else result

        return call

    def _iterated(self, values: Any) -> Iterator[Any]:
        try:
            while True:
                try:
                    yield self._runner.run(_awaited(anext(values)))
                except StopAsyncIteration:
                    return
        finally:
            self._runner.run(_awaited(values.aclose()))


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


@contextmanager
def opened(kind: str, provider: str, **settings: Any) -> Iterator[Any]:
    """A client of either kind; the async one blocks like the other."""
    settings.setdefault("api_key", "sk-secret")
    if kind == "sync":
        with Client(provider, **settings) as client:
            yield client
        return
    with asyncio.Runner() as runner:
        client = AsyncClient(provider, **settings)
        try:
            yield Blocking(runner, client)
        finally:
            runner.run(client.close())


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which client."""
    return str(request.param)


@pytest.fixture
def clock() -> VirtualClock:
    """The clients' time."""
    return VirtualClock()


@pytest.fixture
def make(kind: str, clock: VirtualClock) -> Iterator[Make]:
    """Makes clients in virtual time, with a jitter of a half, and closes them."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def made(provider: str, base_url: str, **settings: Any) -> Any:
            settings = {
                "now": clock.now,
                "sleep": clock.sleep,
                "jitter": lambda: 0.5,
                "base_url": base_url,
            } | settings
            return stack.enter_context(opened(kind, provider, **settings))

        yield made
