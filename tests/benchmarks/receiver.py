"""A callback receiver that costs next to nothing, as a process of its own.

    python -m tests.benchmarks.receiver PORT

Every POST is read whole, counted and answered with 200 on a connection that stays open.
`GET /N` is answered with the count, once it is N.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop

OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b"


class Receiver(asyncio.Protocol):
    """One connection; the count is that of all of them."""

    count = 0
    waiting: tuple[int, asyncio.WriteTransport] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (at := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:at].lower()
            length = head.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
            end = at + 4 + int(length or 0)
            if len(self._read) < end:
                return
            self._read = self._read[end:]
            if head.startswith(b"get "):
                Receiver.waiting = int(head.split()[1][1:]), self._transport
            else:
                Receiver.count += 1
                self._transport.write(OK % (0, b""))
            self._tell()

    def _tell(self) -> None:
        if Receiver.waiting and Receiver.count >= Receiver.waiting[0]:
            text = b"%d" % Receiver.count
            Receiver.waiting[1].write(OK % (len(text), text))
            Receiver.waiting = None


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        Receiver, "127.0.0.1", port, backlog=512
    )
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
