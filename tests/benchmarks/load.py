"""A closed-loop HTTP client: raw sockets, keep-alive, as little of its own as possible."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What one run came to; `failed` counts replies that were not what they had to be."""

    requests: int
    failed: int
    wall_s: float

    @property
    def per_s(self) -> float:
        return self.requests / self.wall_s


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """The bytes of one request."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "User-Agent: reelmock-benchmark",
        "Accept: */*",
    ]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _head(reader: asyncio.StreamReader) -> tuple[int, int | None]:
    """Status and content length (None: chunked) of a reply."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length: ")
    length = None if at < 0 else int(head[at + 16 : head.index(b"\r", at)])
    return int(head[9:12]), length


async def _reply(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    status, length = await _head(reader)
    if length is not None:
        return status, await reader.readexactly(length)
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return status, body


async def drive(
    port: int,
    requests: Sequence[bytes],
    seconds: float,
    connections: int = 32,
    accept: Callable[[int, bytes], bool] = lambda status, body: status == 200,
) -> Load:
    """Sends the requests round and round over `connections` sockets for so many seconds."""
    done = failed = 0
    started = time.perf_counter()
    end = started + seconds

    async def one(number: int) -> None:
        nonlocal done, failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        turn = number
        while time.perf_counter() < end:
            writer.write(requests[turn % len(requests)])
            try:
                status, body = await _reply(reader)
            except asyncio.IncompleteReadError:  # a peer that closes behind every reply
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                continue
            turn += connections
            done += 1
            failed += not accept(status, body)
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    return Load(done, failed, time.perf_counter() - started)


async def fetch(port: int, data: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await _reply(reader)
    finally:
        writer.close()
