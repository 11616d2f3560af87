"""Replies on one connection come in the order of their requests, whatever comes in at which turn.

The loop is the test's own, so that each meeting of a reply and a request can be made certain.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import uvicorn
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from uvicorn.server import ServerState

from mockserver.web.head_cache import HeadCache
from mockserver.web.protocol import ANSWER, Protocol


class Wire(asyncio.Transport):
    """Keeps what is written until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed, "nothing is written behind the end"
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class App:
    """Answers `/<turns>/<number>` after so many turns of the loop, and says its number.

    Numbers that are odd are begun without a task, as calls of providers are.
    """

    def __init__(self) -> None:
        self.served: list[str] = []

    def prompt(self, scope: Any) -> App | None:
        return self if int(scope["path"].rpartition("/")[2]) % 2 else None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        _, turns, number = scope["path"].split("/")
        self.served.append(number)
        await _turns(int(turns))
        said = f"<{number}>".encode()
        if ANSWER in scope and scope[ANSWER](scope, 200, (), said, False):
            return
        headers = [(b"content-length", b"%d" % len(said)), (b"x-number", said)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})


async def _turns(count: int) -> None:
    for _ in range(count):
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn


def request(method: str, turns: int, number: int, *fields: str, body: bytes = b"") -> bytes:
    lines = [f"{method} /{turns}/{number} HTTP/1.1", "host: reelmock", *fields]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _exchange(pieces: list[bytes], turns: list[int]) -> tuple[bytes, list[str]]:
    app = App()
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(app, proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
    protocol = Protocol(config, ServerState(), {}, loop, head_cache=HeadCache())
    wire = Wire()
    protocol.connection_made(wire)
    coming = list(zip(pieces, turns, strict=True))

    def bring(turns_left: int = 0) -> None:
        """Brings what is due in this turn, behind what is ready and before what that has to say."""
        while coming and not turns_left and not wire.closed:
            piece, turns_left = coming.pop(0)
            protocol.data_received(piece)
        if coming:
            loop.call_soon(bring, turns_left - 1)

    bring()
    await _turns(100)
    protocol.connection_lost(None)
    return wire.written, app.served


def exchange(pieces: list[bytes], turns: list[int]) -> tuple[list[int], list[str]]:
    """The numbers of the replies in their order, and those of the requests that were served."""
    written, served = asyncio.run(_exchange(pieces, turns))
    heads = re.findall(rb"HTTP/1\.1 200 OK\r\n(?:(?:[^\r]+)\r\n)*\r\n(?:<(\d+)>)?", written)
    assert b"HTTP/1.1 4" not in written
    # A reply to HEAD has its number in a header.
    found = re.findall(rb"x-number: <(\d+)>\r\n\r\n(?!<)|\r\n\r\n<(\d+)>", written)
    assert len(heads) == len(found)
    return [int(a or b) for a, b in found], served


ASKED = st.lists(
    st.tuples(st.sampled_from(["GET", "HEAD", "POST"]), st.integers(0, 3)), min_size=1, max_size=5
)
CUTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4)), max_size=6)


@effort(max_examples=effort.default.max_examples * 6)
@example([("GET", 0), ("HEAD", 0)], [(60, 1)])
@example([("GET", 0), ("GET", 0)], [(60, 1)])
@given(ASKED, CUTS)
def test_no_reply_is_lost_or_overtaken(
    asked: list[tuple[str, int]], places: list[tuple[int, int]]
) -> None:
    requests = [
        request(method, turns, 10 + number, body=b"abc" if method == "POST" else b"")
        for number, (method, turns) in enumerate(asked)
    ]
    whole = b"".join(requests)
    cuts = {at: turns for at, turns in places if 0 < at < len(whole)}
    ends = [*sorted(cuts), len(whole)]
    pieces = [whole[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    found, served = exchange(pieces, [cuts.get(end, 0) for end in ends])
    numbers = [10 + number for number in range(len(asked))]
    assert found == numbers
    assert served == [str(number) for number in numbers]
