"""The two drivers: each performs the steps of a flow, one on a thread, one on an event loop.

Both own what a flow has opened. However a run ends, by its result, an error, Ctrl-C, a cancelled
task or an abandoned loop, the flow is closed and the open body is let go.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

import anyio
import anyio.to_thread

from clientlib._errors import VideoError
from clientlib._http import AsyncBody, AsyncWire, Body, Wire
from clientlib._steps import Close, Do, Emit, Flow, Open, Read, Step, Wait

T = TypeVar("T")
Sleep = Callable[[float], None]
AsyncSleep = Callable[[float], Awaitable[None] | None]

FLOW_ERRORS = (VideoError, OSError)
"""What a step may fail with that a flow can handle; anything else ends the run."""


class Run(Generic[T]):
    """A flow and its position: `step` is what it waits for; None after it has a `result`."""

    def __init__(self, flow: Flow[T]) -> None:
        self.flow = flow
        self.step: Step | None = None
        self.result: T
        self.answer(None)

    def answer(self, outcome: Any) -> None:
        """The step was performed."""
        self._resume(partial(self.flow.send, outcome))

    def fail(self, error: Exception) -> None:
        """The step failed."""
        self._resume(partial(self.flow.throw, error))

    def _resume(self, resume: Callable[[], Step]) -> None:
        try:
            self.step = resume()
        except StopIteration as end:
            self.step, self.result = None, end.value


class Driver:
    """Runs flows on the calling thread."""

    def __init__(self, wire: Wire, sleep: Sleep) -> None:
        self._wire = wire
        self._sleep = sleep

    def run(self, flow: Flow[T]) -> T:
        """The flow's result, without what it emits."""
        run = Run(flow)
        for _ in self._play(run):
            pass
        return run.result

    def iterate(self, flow: Flow[Any]) -> Generator[Any]:
        """What the flow emits."""
        yield from self._play(Run(flow))

    def _play(self, run: Run[T]) -> Generator[Any]:
        body = self._wire.body()
        try:
            while run.step is not None:
                if isinstance(run.step, Emit):
                    yield run.step.value
                    run.answer(None)
                    continue
                try:
                    outcome = self._perform(run.step, body)
                except FLOW_ERRORS as error:
                    run.fail(error)
                else:
                    run.answer(outcome)
        finally:
            run.flow.close()
            body.close()

    def _perform(self, step: Step, body: Body) -> Any:
        match step:
            case Open(request, silence_s):
                return body.open(request, silence_s)
            case Read():
                return body.read()
            case Close():
                return body.close()
            case Wait(seconds):
                return self._sleep(seconds)
            case Do(function):
                return function()


class AsyncDriver:
    """Runs flows in the calling task."""

    def __init__(self, wire: AsyncWire, sleep: AsyncSleep) -> None:
        self._wire = wire
        self._sleep = sleep

    async def run(self, flow: Flow[T]) -> T:
        """The flow's result, without what it emits."""
        run = Run(flow)
        async for _ in self._play(run):
            pass
        return run.result

    async def iterate(self, flow: Flow[Any]) -> AsyncGenerator[Any]:
        """What the flow emits."""
        played = self._play(Run(flow))
        try:
            async for value in played:
                yield value
        finally:
            await played.aclose()

    async def _play(self, run: Run[T]) -> AsyncGenerator[Any]:
        body = self._wire.body()
        try:
            while run.step is not None:
                if isinstance(run.step, Emit):
                    yield run.step.value
                    run.answer(None)
                    continue
                try:
                    outcome = await self._perform(run.step, body)
                except FLOW_ERRORS as error:
                    run.fail(error)
                else:
                    run.answer(outcome)
        finally:
            run.flow.close()
            with anyio.CancelScope(shield=True):
                await body.close()

    async def _perform(self, step: Step, body: AsyncBody) -> Any:
        match step:
            case Open(request, silence_s):
                return await body.open(request, silence_s)
            case Read():
                return await body.read()
            case Close():
                return await body.close()
            case Wait(seconds):
                slept = self._sleep(seconds)
                return await slept if inspect.isawaitable(slept) else slept
            case Do(function, abandon):
                return await anyio.to_thread.run_sync(function, abandon_on_cancel=abandon)
