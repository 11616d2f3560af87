"""One request and its whole reply, bounded in size and time."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from clientlib._context import Context
from clientlib._errors import ProviderError, TransportFailure
from clientlib._models import Head, Reply, Request
from clientlib._retry import retry_after_s
from clientlib._steps import Close, Flow, Open, Read, T

REPLY_LIMIT_BYTES = 16 * 1024 * 1024
REPLY_LIMIT_S = 120.0
"""No JSON of these providers comes near either; a reply that does is a drip or a flood."""


def exchange(context: Context, request: Request) -> Flow[Reply]:
    """Send a request and read its reply; `TransportFailure` only when there was no reply at all.

    A body that is media is left unread: it may be large, and a caller that wants it opens it again.
    """
    head: Head = yield Open(request)
    if head.is_media:
        yield Close()
        return Reply(head.status, head.headers, b"", complete=False, cut_by="media, left unread")
    return (yield from read_reply(context, head))


def read_reply(context: Context, head: Head) -> Flow[Reply]:
    """Read the rest of an open reply."""
    body = bytearray()
    until_s = context.now() + REPLY_LIMIT_S
    cut_by = ""
    while not cut_by:
        try:
            chunk: bytes | None = yield Read()
        except TransportFailure as failure:
            cut_by = failure.message
            break
        if chunk is None:
            break
        body += chunk
        if len(body) > REPLY_LIMIT_BYTES:
            cut_by = f"more than {REPLY_LIMIT_BYTES} bytes"
        elif context.now() > until_s:
            cut_by = f"longer than {REPLY_LIMIT_S:.0f} s"
    yield Close()
    return Reply(head.status, head.headers, _plain(body), complete=not cut_by, cut_by=cut_by)


def _plain(body: bytearray) -> bytes:
    """The body unpacked, for a proxy that packs what was asked for unpacked. Told by its first
    bytes, which no JSON has, since a header may also claim it of plain text."""
    if not body.startswith(b"\x1f\x8b"):
        return bytes(body)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, REPLY_LIMIT_BYTES)
    except zlib.error:
        return bytes(body)


def located(context: Context, error: ProviderError, request: Request) -> ProviderError:
    """The codec's error with what only the flow knows: the request, and how long to wait."""
    error.request = request
    if error.reply is not None and error.retry_after_s is None:
        error.retry_after_s = retry_after_s(error.reply.headers, context.now())
    return error


def asked(context: Context, request: Request, read: Callable[[Reply], T]) -> Flow[T]:
    """Send a request and read its reply with a codec."""
    reply = yield from exchange(context, request)
    try:
        return read(reply)
    except ProviderError as error:
        raise located(context, error, request) from error.__cause__
