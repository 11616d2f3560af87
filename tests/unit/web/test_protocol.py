"""What goes out on a connection when it ends in the same turn of the loop as its request came."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import suppress
from typing import Any
from weakref import ref

import pytest
import uvicorn
from uvicorn.server import ServerState

from mockserver.web.head_cache import HeadCache
from mockserver.web.protocol import ANSWER, HEAD_TIMEOUT_S, MAX_HEAD_BYTES, Protocol

REQUEST = b"GET / HTTP/1.1\r\nhost: reelmock\r\n\r\n"


POST_A = b"POST /a HTTP/1.1\r\ncontent-length: 39\r\n\r\n"


class Wire(asyncio.Transport):
    """A transport that keeps what is written to it, until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed, "nothing is written behind the end"
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def can_write_eof(self) -> bool:
        return False


class Prompt:
    """An application that answers at once."""

    def prompt(self, scope: Any) -> Prompt:
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope[ANSWER](scope, 200, (), b"hello", False)


class Patient(Prompt):
    """An application that waits for ever, and says goodbye when it must not."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            goodbye = loop.create_future()
            loop.call_soon(goodbye.set_result, "goodbye")
            self.said.append(await goodbye)
            raise


def connected(loop: asyncio.AbstractEventLoop, app: Prompt | None = None) -> tuple[Protocol, Wire]:
    config = uvicorn.Config(app or Prompt(), proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
    protocol, wire = Protocol(config, ServerState(), {}, loop), Wire()
    protocol.connection_made(wire)
    return protocol, wire


@pytest.mark.parametrize("end", ["eof_received", "shutdown"])
def test_a_reply_leaves_before_the_connection_ends(end: str) -> None:
    async def exchange() -> list[bytes]:
        protocol, wire = connected(asyncio.get_running_loop())
        protocol.data_received(REQUEST)
        assert wire.written == []  # it waits for the others of this turn
        getattr(protocol, end)()
        protocol.connection_lost(None)
        return wire.written

    assert [reply[-5:] for reply in asyncio.run(exchange())] == [b"hello"]


def test_a_reply_to_a_connection_that_is_gone_goes_nowhere() -> None:
    async def exchange() -> list[bytes]:
        protocol, wire = connected(asyncio.get_running_loop())
        protocol.data_received(REQUEST)
        wire.close()
        protocol.connection_lost(None)
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn
        return wire.written

    assert asyncio.run(exchange()) == []


def test_a_connection_that_broke_in_the_middle_of_a_request_is_watched_no_longer() -> None:
    async def exchange() -> Any:
        protocol, wire = connected(asyncio.get_running_loop())
        protocol.data_received(REQUEST)
        protocol.data_received(REQUEST[:10])  # from here on it is not idle
        first = protocol.timeout_keep_alive_task
        wire.close()
        protocol.connection_lost(ConnectionResetError())
        protocol.timeout_keep_alive_handler()
        return first, protocol.timeout_keep_alive_task

    first, after = asyncio.run(exchange())
    assert first is not None
    assert first.cancelled()
    assert after is None


def test_an_idle_connection_ends_and_one_in_use_does_not() -> None:
    async def exchange() -> list[bool]:
        protocol, wire = connected(asyncio.get_running_loop())
        protocol.data_received(REQUEST)
        protocol.timeout_keep_alive_handler()  # it has just answered
        ended = [wire.closed]
        protocol.data_received(REQUEST[:10])
        protocol.timeout_keep_alive = 0
        protocol.timeout_keep_alive_handler()  # a request is coming in
        ended.append(wire.closed)
        protocol.data_received(REQUEST[10:])
        protocol.timeout_keep_alive_handler()  # it has been idle for no time at all: long enough
        return [*ended, wire.closed]

    assert asyncio.run(exchange()) == [False, False, True]


@pytest.mark.troubles("CancelledError")  # uvicorn reports whatever leaves an application
def test_a_request_that_has_to_wait_becomes_a_task_that_can_be_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A server of an earlier test in this process keeps such a report out of the log.
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [])

    async def exchange() -> tuple[list[str], bool]:
        app = Patient()
        protocol, _ = connected(asyncio.get_running_loop(), app)
        protocol.data_received(REQUEST)
        [task] = protocol.tasks
        asyncio.get_running_loop().call_soon(task.cancel)
        with suppress(asyncio.CancelledError):
            await task
        return app.said, task in protocol.tasks

    assert asyncio.run(exchange()) == (["goodbye"], False)


def test_the_end_of_one_request_and_the_beginning_of_another_teach_nothing() -> None:
    first = POST_A + b"a" * 39

    async def exchange() -> list[str]:
        loop = asyncio.get_running_loop()
        paths: list[str] = []

        class Noting(Prompt):
            async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
                paths.append(scope["path"])
                await super().__call__(scope, receive, send)

        heads = HeadCache()
        config = uvicorn.Config(Noting(), proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
        for _ in range(3):
            protocol = Protocol(config, ServerState(), {}, loop, head_cache=heads)
            protocol.connection_made(Wire())
            # As many bytes follow the first head as the second one says that its body has.
            protocol.data_received(first + b"POST /b HTTP/1.1\r\ncontent-length: 79\r\n\r\n")
            protocol.data_received(b"b" * 79)
            protocol.connection_lost(None)
        protocol = Protocol(config, ServerState(), {}, loop, head_cache=heads)
        protocol.connection_made(Wire())
        protocol.data_received(POST_A + b"c" * 79)
        protocol.connection_lost(None)
        return list(paths)  # what was begun without a task

    assert asyncio.run(exchange()) == ["/a"] * 4


def test_a_head_that_does_not_come_to_its_end_is_not_waited_for() -> None:
    async def exchange() -> list[list[bytes]]:
        protocol, wire = connected(asyncio.get_running_loop())
        protocol.data_received(REQUEST + REQUEST[:10])
        timer = protocol._head_timer
        assert timer is not None
        assert timer.when() - asyncio.get_running_loop().time() > HEAD_TIMEOUT_S - 1
        protocol.data_received(REQUEST[10:] + REQUEST[:20])  # another one, which has its own time
        protocol._head_took_too_long()
        found = [list(wire.written)]
        protocol._head_took_too_long()
        timer.cancel()
        return [*found, wire.written]

    before, after = asyncio.run(exchange())
    assert [reply[-5:] for reply in before] == [b"hello"]
    assert [reply[:13] for reply in after] == [b"HTTP/1.1 200 "] * 2 + [b"HTTP/1.1 408 "]


LARGE = REQUEST.removesuffix(b"\r\n") + b"x-long: " + MAX_HEAD_BYTES * b"x" + b"\r\n\r\n"


class HalfClosing(Wire):
    """A transport that can end its own half, and takes nothing more from then on, as real ones do."""

    has_ended = False

    def write(self, data: Any) -> None:
        assert not self.has_ended, "Cannot call write() after write_eof()"
        super().write(data)

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.has_ended = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Refusing(Prompt):
    """An application that answers heads that are too large as well."""

    async def overlong(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope[ANSWER](scope, 431, (), b"large", False)


@pytest.mark.parametrize("before", [b"", REQUEST], ids=["alone", "behind another"])
@pytest.mark.parametrize(
    "behind",
    [b"", LARGE, REQUEST, LARGE[:-4], b"nonsense\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\n\r\n"],
    ids=["nothing", "another", "a small one", "one without end", "no request", "CONNECT"],
)
def test_behind_a_head_that_is_too_large_nothing_more_is_said(before: bytes, behind: bytes) -> None:
    async def exchange() -> bytes:
        loop = asyncio.get_running_loop()
        troubles: list[Any] = []
        loop.set_exception_handler(lambda _, trouble: troubles.append(trouble))
        config = uvicorn.Config(Refusing(), proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
        protocol, wire = Protocol(config, ServerState(), {}, loop), HalfClosing()
        protocol.connection_made(wire)
        protocol.data_received(before + LARGE + behind)
        for _ in range(20):
            turn = loop.create_future()
            loop.call_soon(turn.set_result, None)
            await turn
        assert wire.has_ended
        protocol.eof_received()
        protocol.connection_lost(None)
        assert troubles == []
        return b"".join(wire.written)

    said = asyncio.run(exchange())
    assert said.count(b"HTTP/1.1 ") == 1 + bool(before)
    assert said.endswith(b"large")


@pytest.mark.parametrize("error", [None, ConnectionResetError()], ids=["in peace", "by a reset"])
@pytest.mark.parametrize(
    "sent",
    [REQUEST, LARGE, LARGE[:-4], REQUEST[:-4], REQUEST + REQUEST[:10]],
    ids=["served", "too large", "too large without end", "without end", "one and a half"],
)
def test_nothing_of_a_connection_stays_behind_until_the_collector_comes(
    sent: bytes, error: Exception | None
) -> None:
    async def exchange() -> Protocol | None:
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(Refusing(), proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
        protocol, wire = Protocol(config, ServerState(), {}, loop), HalfClosing()
        protocol.connection_made(wire)
        for at in range(0, len(sent), 40_000):
            protocol.data_received(sent[at : at + 40_000])
        await some_turns(loop)
        wire.close()
        protocol.connection_lost(error)
        left = ref(protocol)
        del protocol
        await some_turns(loop)
        return left()

    gc.disable()
    try:
        assert asyncio.run(exchange()) is None
    finally:
        gc.enable()


async def some_turns(loop: asyncio.AbstractEventLoop) -> None:
    for _ in range(20):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn
