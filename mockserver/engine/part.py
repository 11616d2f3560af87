"""The part of a video that a request asks for: range and conditions, before any fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.ranges import extent
from mockserver.domain.reply import MediaRef, Reply
from mockserver.media.assets import catalogue

if TYPE_CHECKING:
    from mockserver.domain.provider import Inbound


def part_asked(reply: Reply, request: Inbound) -> Reply:
    """A reply with a video as it leaves: status 200, 206, 304 or 416 with their headers.

    Any other reply is given back as it is.
    """
    if type(reply.body) is not MediaRef:
        return reply
    asset = catalogue()[reply.body.asset]
    found = extent(
        asset.size_bytes,
        asset.etag,
        request.header(b"range"),
        request.header(b"if-range"),
        request.header(b"if-none-match"),
    )
    headers = [*reply.headers, (b"etag", asset.etag.encode()), (b"accept-ranges", b"bytes")]
    if found.status == 206:
        span = f"bytes {found.start}-{found.stop - 1}/{asset.size_bytes}"
        headers.append((b"content-range", span.encode()))
    elif found.status == 416:
        headers.append((b"content-range", b"bytes */%d" % asset.size_bytes))
    if found.start == found.stop:
        return replace(reply, status=found.status, headers=tuple(headers), body=b"")
    part = MediaRef(asset.name, found.start, found.stop, asset.size_bytes)
    return replace(reply, status=found.status, headers=tuple(headers), body=part)
