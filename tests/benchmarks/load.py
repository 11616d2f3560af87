"""A closed-loop HTTP client: raw sockets, keep-alive, as little of its own as possible."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Load:
    """What one run came to; `failed` counts replies that were not what they had to be."""

    requests: int
    failed: int
    wall_s: float
    waits_ms: Sequence[float] = ()

    @property
    def per_s(self) -> float:
        return self.requests / self.wall_s

    def percentile_ms(self, share: float) -> float:
        """How long a request took at most, for such a share of them; 1 for all."""
        ordered = sorted(self.waits_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(
    method: str,
    path: str,
    key: str,
    body: bytes = b"",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """The bytes of one request; `headers` replace the usual ones of the same name."""
    fields = {
        "Host": "127.0.0.1",
        "Authorization": f"Bearer {key}",
        "User-Agent": "reelmock-benchmark",
        "Accept": "*/*",
    }
    if body:
        fields |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in {**fields, **headers}.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


async def _reply(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Status and body of a reply, and whether the peer ends the connection behind it."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status, closes = int(head[9:12]), b"\r\nconnection: close" in head
    at = head.find(b"content-length: ")
    if at >= 0:
        length = int(head[at + 16 : head.index(b"\r", at)])
        return status, await reader.readexactly(length), closes
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return status, body, closes


async def drive(
    port: int,
    requests: Sequence[bytes],
    seconds: float,
    connections: int = 32,
    accept: Callable[[int, bytes], bool] = lambda status, body: status == 200,
) -> Load:
    """Sends the requests round and round over `connections` sockets for so many seconds."""
    done = failed = 0
    waits_ms = array("d")
    started = time.perf_counter()
    end = started + seconds

    async def one(number: int) -> None:
        nonlocal done, failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = number
        while (sent := time.perf_counter()) < end:
            writer.write(requests[turn % len(requests)])
            try:
                status, body, closes = await _reply(reader)
            except (asyncio.IncompleteReadError, ConnectionError):  # closed without a word: again
                closes = True
            else:
                turn += 1
                done += 1
                failed += not accept(status, body)
                waits_ms.append((time.perf_counter() - sent) * 1000)
            if closes:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    return Load(done, failed, time.perf_counter() - started, waits_ms)


class Client:
    """One connection that stays open, for requests one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def fetch(self, data: bytes) -> tuple[int, bytes]:
        """Status and body of the reply to a request."""
        self._writer.write(data)
        status, body, _ = await _reply(self._reader)
        return status, body


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Client]:
    """A connection for the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def fetch(port: int, data: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        status, body, _ = await _reply(reader)
        return status, body
    finally:
        writer.close()
