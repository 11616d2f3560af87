"""A head that is known is read like one that is new, whatever comes in which pieces."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import uvicorn
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from uvicorn.server import ServerState

from mockserver.web.head_cache import REMEMBERED, Head, HeadCache
from mockserver.web.protocol import HEAD, TAKE_BODY, Protocol


class Forgetful(HeadCache):
    """Reads everything anew."""

    def recognized(self, raw: bytes, body: bytes) -> None:
        return None


class Counting(HeadCache):
    """Counts what it knows again."""

    count = 0

    def recognized(self, raw: bytes, body: bytes) -> Head | None:
        found = super().recognized(raw, body)
        self.count += found is not None
        return found


class Wire(asyncio.Transport):
    """Keeps what is written until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Echo:
    """Says back what it was asked; paths that begin with /slow are served by a task."""

    def prompt(self, scope: Any) -> Echo | None:
        return None if scope["path"].startswith("/slow") else self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = scope[TAKE_BODY](scope)
        while body is None:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            part = message["body"]
            while message.get("more_body"):
                message = await receive()
                part += message.get("body", b"")
            body = part
        asked = [scope[key] for key in ("method", "path", "raw_path", "query_string", "headers")]
        said = repr([*asked, scope["http_version"], body]).encode()
        headers = [(b"content-length", b"%d" % len(said))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})


async def _turns(count: int = 20) -> None:
    for _ in range(count):
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn


async def _heard(heads: HeadCache, pieces: list[bytes], turns: int) -> tuple[bytes, bool]:
    """What a client hears that sends these pieces, and whether the connection has ended.

    The loop has so many turns between two pieces: with none, requests come before the replies.
    """
    config = uvicorn.Config(Echo(), proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
    protocol = Protocol(config, ServerState(), {}, asyncio.get_running_loop(), head_cache=heads)
    wire = Wire()
    protocol.connection_made(wire)
    for piece in pieces:
        if wire.closed:
            break
        protocol.data_received(piece)
        await _turns(turns)
    await _turns()
    protocol.connection_lost(None)
    return wire.written, wire.closed


def heard(heads: HeadCache, pieces: list[bytes], turns: int = 8) -> tuple[bytes, bool]:
    return asyncio.run(_heard(heads, pieces, turns))


def request(method: str, path: str, *fields: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", *fields, "", ""]).encode() + body


GET = request("GET", "/a%20b?c=d", "Host: reelmock")
POST = request("POST", "/slow", "Host: reelmock", "Content-Length: 3", body=b"abc")
OTHER = POST[:-3] + b"xyz"
CHUNKED = request("POST", "/", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n")
CLOSING = request("GET", "/", "Connection: close")
ASKING = request("POST", "/", "Expect: 100-continue", "Content-Length: 3", body=b"abc")
UPGRADING = request("GET", "/", "Connection: Upgrade", "Upgrade: h2c")
OLD = GET.replace(b"1.1", b"1.0")
REQUESTS = st.sampled_from([GET, POST, OTHER, CHUNKED, CLOSING, ASKING, UPGRADING, OLD])
ODDS = st.sampled_from([b"\r\n", b"\r\n\r\n", GET[:-4], GET[:9], b"nonsense\r\n\r\n", b"abc"])
PIECES = st.lists(REQUESTS | st.lists(REQUESTS, max_size=3).map(b"".join) | ODDS, max_size=8)


@effort(max_examples=300)
@example([GET, POST, UPGRADING, CLOSING, GET], [], 0)
@given(PIECES, st.lists(st.integers(0, 2000), max_size=4), st.sampled_from([0, 1, 8]))
def test_nothing_that_comes_in_is_read_otherwise(
    pieces: list[bytes], cuts: list[int], turns: int
) -> None:
    whole = b"".join(pieces)
    ends = sorted({cut for cut in cuts if cut < len(whole)} | {len(whole)})
    cut_up = [whole[a:b] for a, b in zip([0, *ends], ends, strict=False) if a < b]
    known = HeadCache()
    for sent in (pieces, pieces, pieces, cut_up):
        assert heard(known, sent, turns) == heard(Forgetful(), sent, turns)


@pytest.mark.parametrize(
    ("pieces", "known_again"),
    [
        ([GET, GET, GET, GET], 2),
        ([POST, OTHER, POST], 1),
        ([GET, POST, GET, POST, GET, POST], 2),
        ([GET, GET, GET + GET, GET + GET, GET + GET], 0),
        ([GET, GET, b"\r\n\r\n", b"\r\n\r\n", b"\r\n\r\n"], 0),
        ([GET, GET, GET[:9], GET[9:]], 0),
        ([GET, GET, GET[:-4], GET[-4:]], 0),
        ([CHUNKED, CHUNKED, CHUNKED], 0),
        ([ASKING, ASKING, ASKING], 0),
        ([UPGRADING, UPGRADING, UPGRADING], 0),
    ],
)
def test_a_whole_request_is_known_again_when_its_head_comes_for_the_third_time(
    pieces: list[bytes], known_again: int
) -> None:
    heads = Counting()
    heard(heads, pieces)
    assert heads.count == known_again


def test_a_head_behind_which_the_connection_ends_is_not_remembered() -> None:
    heads = Counting()
    for last in (CLOSING, OLD):
        assert [heard(heads, [last])[1] for _ in range(3)] == [True] * 3
    assert heads.count == 0


def test_no_more_heads_are_remembered_than_there_is_room_for() -> None:
    heads = HeadCache()
    raws = [b"GET /%d HTTP/1.1\r\nHost: reelmock" % n for n in range(REMEMBERED + 1)]
    for raw in raws:
        for _ in range(2):
            heads.learn(raw, b"", Head("GET", b"/", "/", b"", "1.1", [], True))
    assert heads.recognized(raws[0], b"") is None
    assert heads.recognized(raws[-1], b"") is not None


def test_what_the_application_notes_comes_back_with_the_head() -> None:
    notes: list[Any] = []

    class Noting(Echo):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            notes.append(scope[HEAD].note)
            scope[HEAD].note = "seen"
            await super().__call__(scope, receive, send)

    async def exchange() -> None:
        config = uvicorn.Config(Noting(), proxy_headers=False, log_config=None, access_log=False)  # type: ignore[arg-type]
        protocol = Protocol(config, ServerState(), {}, asyncio.get_running_loop())
        protocol.connection_made(Wire())
        for _ in range(4):
            protocol.data_received(GET)
            await _turns()
        protocol.connection_lost(None)

    asyncio.run(exchange())
    assert notes == [None, None, "seen", "seen"]
