"""The two drivers perform the same steps, and close what they opened however a run ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import pytest

from clientlib import Request, TransportFailure, VideoError
from clientlib._drivers import AsyncDriver, Driver
from clientlib._models import Head
from clientlib._steps import Close, Do, Emit, Flow, Open, Read, Wait

REQUEST = Request("GET", "/x")


class Recorded:
    """A wire and its bodies that say what they were asked for."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail_read: BaseException | None = None

    def body(self) -> Recorded:
        return self

    def open(self, request: Request, silence_s: float | None) -> Head:
        self.calls.append(f"open {request.url} {silence_s}")
        return Head(200, {})

    def read(self) -> bytes:
        self.calls.append("read")
        if self.fail_read:
            raise self.fail_read
        return b"x"

    def close(self) -> None:
        self.calls.append("close")


class AsyncRecorded(Recorded):
    """The same, awaited."""

    async def open(self, request: Request, silence_s: float | None) -> Head:  # type: ignore[override]
        return super().open(request, silence_s)

    async def read(self) -> bytes:  # type: ignore[override]
        return super().read()

    async def close(self) -> None:  # type: ignore[override]
        super().close()


Play = Callable[[Flow[Any], Recorded], Any]


def play_sync(flow: Flow[Any], wire: Recorded, sleeps: list[float] | None = None) -> Any:
    driver = Driver(wire, (sleeps if sleeps is not None else []).append)  # type: ignore[arg-type]
    return driver.run(flow)


def play_async(flow: Flow[Any], wire: Recorded, sleeps: list[float] | None = None) -> Any:
    awaited = AsyncRecorded()
    awaited.calls, awaited.fail_read = wire.calls, wire.fail_read
    sleep = (sleeps if sleeps is not None else []).append
    return asyncio.run(AsyncDriver(awaited, sleep).run(flow))  # type: ignore[arg-type]


BOTH = pytest.mark.parametrize("play", [play_sync, play_async])


@BOTH
def test_every_step_is_performed_and_answered(play: Any) -> None:
    sleeps: list[float] = []

    def flow() -> Flow[list[Any]]:
        return [
            (yield Open(REQUEST, 3)),
            (yield Read()),
            (yield Close()),
            (yield Wait(1.5)),
            (yield Do(lambda: 7)),
            (yield Emit("dropped")),
        ]

    wire = Recorded()
    assert play(flow(), wire, sleeps) == [Head(200, {}), b"x", None, None, 7, None]
    assert wire.calls == ["open /x 3", "read", "close", "close"]
    assert sleeps == [1.5]


@BOTH
@pytest.mark.parametrize("error", [TransportFailure("lost", sent=True), OSError("disk full")])
def test_an_error_of_a_step_is_raised_where_it_was_asked_for(play: Play, error: Exception) -> None:
    def flow() -> Flow[str]:
        try:
            yield Read()
        except (VideoError, OSError) as caught:
            return f"caught {caught}"
        return "nothing"

    wire = Recorded()
    wire.fail_read = error
    assert play(flow(), wire) == f"caught {error}"
    assert wire.calls[-1] == "close"


@BOTH
@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), ZeroDivisionError()])
def test_what_a_flow_cannot_handle_closes_it_and_gets_through(
    play: Play, error: BaseException
) -> None:
    closed: list[str] = []

    def flow() -> Flow[None]:
        try:
            yield Open(REQUEST)
            yield Read()
        finally:
            closed.append("flow")

    wire = Recorded()
    wire.fail_read = error
    kept = flow()  # a reference, so that no garbage collector does the closing
    with pytest.raises(type(error)):
        play(kept, wire)
    assert closed == ["flow"]
    assert wire.calls[-1] == "close"


def counting(closed: list[str]) -> Flow[None]:
    try:
        for number in range(10):
            yield Emit(number)
    finally:
        closed.append("flow")


def test_an_abandoned_iteration_closes_the_flow() -> None:
    closed: list[str] = []
    wire = Recorded()
    values: Generator[Any] = Driver(wire, lambda _: None).iterate(counting(closed))  # type: ignore[arg-type]
    assert [next(values), next(values)] == [0, 1]
    values.close()
    assert closed == ["flow"]
    assert wire.calls == ["close"]


def test_an_abandoned_async_iteration_closes_the_flow() -> None:
    closed: list[str] = []
    wire = AsyncRecorded()

    async def main() -> None:
        values = AsyncDriver(wire, lambda _: None).iterate(counting(closed))  # type: ignore[arg-type]
        assert [await anext(values), await anext(values)] == [0, 1]
        await values.aclose()
        assert closed == ["flow"]

    asyncio.run(main())
    assert wire.calls == ["close"]
