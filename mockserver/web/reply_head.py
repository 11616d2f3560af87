"""The head of a reply that leaves whole: most replies have one of a few."""

from __future__ import annotations

from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

Headers = tuple[tuple[bytes, bytes], ...]


@lru_cache(maxsize=256)
def reply_head(status: int, headers: Headers, keep_alive: bool) -> bytes:
    """The head of a reply as far as the line that frames it."""
    lines = [STATUS_LINE[status]]
    for name, value in headers:
        lines += (name, b": ", value, b"\r\n")
    if not keep_alive:
        lines.append(b"connection: close\r\n")
    return b"".join(lines)
