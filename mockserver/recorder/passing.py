"""One exchange that passes through the recorder: the request, and the reply piece by piece."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from mockserver.domain.input.quantity import whole_number
from mockserver.domain.reply.reply import Headers, header_of
from mockserver.outbound.upstream import Coming
from mockserver.recorder.har import Ended, Kind, Piece, Taped
from mockserver.recorder.matching import Known
from mockserver.recorder.media import Counted
from mockserver.system import real_ns

Send = Callable[[dict[str, Any]], Awaitable[None]]
KEPT_BYTES = 8 << 20  # of a longer body, hash and size are kept


class Request(Struct, frozen=True):
    """A request as it is sent on. `counted` grows while a body passes through."""

    method: str
    url: str
    headers: Headers
    body: bytes | None
    counted: Counted
    known: Known | None
    asked: object = None
    price_micros: int | None = 0
    note: str = ""


class Passing:
    """One reply on its way from the provider to the client."""

    def __init__(
        self,
        started_ms: float,
        request: Request,
        counted: Counted | None = None,
        kind: Kind = "call",
    ) -> None:
        self.request = request
        self.coming: Coming | None = None
        self.counted = counted or Counted(KEPT_BYTES)
        self.is_whole = False
        self.ended: Ended | None = None
        self.note = request.note
        self._kind = kind
        self._started_ms = started_ms
        self._begun_ns = real_ns()
        self._first_ms = 0.0
        self._took_ms = 0.0
        self._pieces: list[Piece] = []

    def _since_ms(self) -> float:
        return (real_ns() - self._begun_ns) / 1e6

    def ends(self, ended: Ended) -> None:
        """Says what ended the reply before it was whole. The first call counts."""
        if not self.is_whole and self.ended is None:
            self.ended = ended

    async def go(
        self, coming: Coming, send: Send | None, at_end: Callable[[Passing], None]
    ) -> None:
        """Passes the reply on, each piece when it comes. Raises NoAnswer. `at_end` is called when
        everything has come but the client does not have everything yet. So its next call finds what
        `at_end` changed.
        """
        self.coming = coming
        self._first_ms = self._since_ms()
        if send is not None:
            start = {"status": coming.status, "headers": list(coming.headers)}
            await send({"type": "http.response.start", **start})
        length = _length(coming.headers)
        async for piece in coming.pieces():
            self.counted.add(piece)
            self._pieces.append(Piece(self._since_ms(), self.counted.size_bytes))
            if self.counted.size_bytes == length:
                at_end(self)
            if send is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        if self.counted.size_bytes != length:
            at_end(self)
        self.is_whole = True
        self._took_ms = self._since_ms()
        if send is not None:
            await send({"type": "http.response.body", "body": b""})

    def taped(self, provider: str) -> Taped:
        """The recorded exchange."""
        request, sent, coming, came = self.request, self.request.counted, self.coming, self.counted
        return Taped(
            self._kind,
            request.method,
            request.url,
            self._started_ms,
            request.headers,
            sent.body,
            sent.size_bytes,
            sent.sha256,
            coming.status if coming else 0,
            coming.headers if coming else (),
            came.body,
            came.size_bytes,
            came.sha256,
            self._first_ms,
            self._took_ms or self._since_ms(),
            tuple(self._pieces),
            self.ended or ("whole" if self.is_whole else "recorder ended"),
            provider,
            request.known.operation.name if request.known else "",
            self.note,
        )


def _length(headers: Headers) -> int:
    """The length that a body's header states; -1 if it states no length."""
    found = whole_number(header_of(headers, b"content-length").decode("latin-1"))
    return -1 if found is None else found
