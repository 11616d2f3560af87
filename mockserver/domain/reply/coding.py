"""A body without the coding that its headers name (RFC 9110, 8.4), for readers of what was sent."""

from __future__ import annotations

import zlib

from mockserver.domain.reply.reply import Headers

GZIP, ZLIB = zlib.MAX_WBITS | 16, zlib.MAX_WBITS
_WINDOWS = {b"gzip": GZIP, b"deflate": ZLIB}


def uncoded(headers: Headers, body: bytes) -> bytes:
    """The body as it was before it was compressed; as it is where it does not keep to its headers."""
    window = next((_WINDOWS.get(v) for k, v in headers if k == b"content-encoding"), None)
    if window is None:
        return body
    reader = zlib.decompressobj(window)
    try:
        plain = reader.decompress(body)
    except zlib.error:
        return body
    return plain if reader.eof else body
