"""The part of a video that a request asks for: range and conditions, before any fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.reply.ranges import extent
from mockserver.domain.reply.reply import MediaRef, Reply
from mockserver.media.assets import catalogue
from mockserver.media.own import own_video

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Inbound


def part_asked(reply: Reply, request: Inbound) -> Reply:
    """A reply with a video as it is sent: status 200, 206, 304 or 416 with their headers.

    Any other reply is returned as it is.
    """
    body = reply.body
    if type(body) is not MediaRef:
        return reply
    video = own_video(catalogue()[body.asset], body.task_id, body.index)
    found = extent(
        video.size_bytes,
        video.etag,
        request.header(b"range"),
        request.header(b"if-range"),
        request.header(b"if-none-match"),
    )
    headers = [*reply.headers, (b"etag", video.etag.encode()), (b"accept-ranges", b"bytes")]
    if found.status == 206:
        span = f"bytes {found.start}-{found.stop - 1}/{video.size_bytes}"
        headers.append((b"content-range", span.encode()))
    elif found.status == 416:
        headers.append((b"content-range", b"bytes */%d" % video.size_bytes))
    if found.start == found.stop:
        return replace(reply, status=found.status, headers=tuple(headers), body=b"")
    part = replace(body, start=found.start, stop=found.stop, size_bytes=video.size_bytes)
    return replace(reply, status=found.status, headers=tuple(headers), body=part)
