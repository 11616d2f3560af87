"""Puts something else in place of a body: nothing, a text, a page, or the same and far too much."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Frame, Hit, MediaRef, Parameter, Reply, Unfit, needs_bytes

TEXT = b"upstream connect error or disconnect/reset before headers"
PAGE = b"<!doctype html>\n<html><body><h1>Something went wrong</h1></body></html>\n"


def _strike(reply: Reply, hit: Hit) -> Reply:
    match hit.options["content"]:
        case "empty":
            video = isinstance(reply.body, MediaRef)
            return replace(reply, body=b"") if video else _with_body(reply, b"")
        case "text":
            return _with_body(reply, TEXT)
        case "html":
            return _with_body(reply, PAGE)
        case _:
            body, size_bytes = needs_bytes(reply), hit.options["size"]
            return replace(reply, body=body + b" " * max(0, size_bytes - len(body)))


def _with_body(reply: Reply, body: bytes) -> Reply:
    """The reply with another body; a stream stays one, that says this and ends."""
    if isinstance(reply.body, MediaRef):
        raise Unfit("the reply is a video")
    if isinstance(reply.body, tuple):
        start_ms = reply.body[0].at_ms if reply.body else 0
        return replace(reply, body=(Frame(start_ms, body, apart=True),))
    return replace(reply, body=body)


FAULT = Fault(
    "body",
    "puts something else in place of the body",
    "after",
    {
        "content": Parameter(
            "choice",
            "what: nothing, a text, an HTML page, or the body followed by blanks up to `size`",
            "empty",
            ("empty", "text", "html", "padded"),
        ),
        "size": Parameter("count", "bytes of a padded body", 10_000_000, high=50_000_000),
    },
    reply=_strike,
)
