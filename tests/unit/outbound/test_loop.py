"""The loop of a server: names are looked up beside it, and its end waits for none of them."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from mockserver.outbound.loop import LOOKUPS, Loop


def looked_up(name: str, look_up: Any, **named: int) -> Any:
    """What a loop finds for a name."""

    class Looking(Loop):
        pass

    Looking.look_up = staticmethod(look_up)

    async def found() -> Any:
        return await asyncio.get_running_loop().getaddrinfo(name, 80, **named)

    with asyncio.Runner(loop_factory=Looking) as runner:
        return runner.run(found())


async def a_turn() -> None:
    """Lets everything that is ready begin."""
    loop = asyncio.get_running_loop()
    turn: asyncio.Future[None] = loop.create_future()
    loop.call_soon(turn.set_result, None)
    await turn


def test_a_loop_ends_while_names_are_looked_up() -> None:
    has_ended, waited_in_vain = threading.Event(), list[bool]()
    begun = threading.Semaphore(0)

    class Slow(Loop):
        @staticmethod
        def look_up(*asked: Any, **named: Any) -> Any:
            begun.release()
            waited_in_vain.append(not has_ended.wait(20))
            begun.release()
            return []

    async def leave() -> None:
        loop = asyncio.get_running_loop()
        asking = [asyncio.ensure_future(loop.getaddrinfo("slow.example", 80)) for _ in range(5)]
        await asyncio.to_thread(lambda: [begun.acquire(timeout=20) for _ in range(5)])
        for each in asking:
            each.cancel()

    with asyncio.Runner(loop_factory=Slow) as runner:
        runner.run(leave())
    has_ended.set()
    for _ in range(5):
        assert begun.acquire(timeout=20)
    assert waited_in_vain == [False] * 5


def test_a_lookup_that_nobody_waits_for_keeps_its_place() -> None:
    may_end, asked = threading.Event(), list[str]()

    class Slow(Loop):
        @staticmethod
        def look_up(host: str, port: int, **named: Any) -> Any:
            asked.append(host)
            assert may_end.wait(20)
            return [host]

    async def overrun() -> Any:
        loop = asyncio.get_running_loop()
        left = [asyncio.ensure_future(loop.getaddrinfo("left.example", 80)) for _ in range(LOOKUPS)]
        await a_turn()
        for each in left:
            each.cancel()
        last = asyncio.ensure_future(loop.getaddrinfo("last.example", 80))
        await a_turn()
        came_too_early = "last.example" in asked
        may_end.set()
        assert not came_too_early
        return await last

    with asyncio.Runner(loop_factory=Slow) as runner:
        assert runner.run(overrun()) == ["last.example"]
    assert asked == ["left.example"] * LOOKUPS + ["last.example"]


def test_what_a_lookup_finds_or_raises_comes_back() -> None:
    def nothing(*asked: Any, **named: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    here = looked_up("localhost", socket.getaddrinfo, type=socket.SOCK_STREAM)
    assert "127.0.0.1" in {info[4][0] for info in here}
    with pytest.raises(socket.gaierror, match="later"):
        looked_up("nowhere.example", nothing)


def test_an_address_is_not_looked_up() -> None:
    def never(*asked: Any, **named: Any) -> Any:
        raise AssertionError

    assert looked_up("127.0.0.1", never)[0][4] == ("127.0.0.1", 80)
