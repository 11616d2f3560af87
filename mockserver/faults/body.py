"""Replaces a body:

by nothing, by a text, by a page, or by the same body with far too many blanks.
"""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import (
    BadInput,
    Fault,
    Frame,
    Hit,
    MediaRef,
    Options,
    Parameter,
    Reply,
    Unfit,
    encode_json,
    header_text,
    needs_bytes,
)

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
        case "own":
            return _typed(_with_body(reply, _own(hit.options["body"])), hit.options["content_type"])
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


def _own(body: object) -> bytes:
    return body.encode("utf-8", "replace") if isinstance(body, str) else encode_json(body)


def _typed(reply: Reply, content_type: str) -> Reply:
    if not content_type:
        return reply
    others = tuple(pair for pair in reply.headers if pair[0] != b"content-type")
    return replace(reply, headers=((b"content-type", header_text(content_type)), *others))


def _check(options: Options) -> None:
    if options["content"] == "own" and options["body"] is None:
        raise BadInput("with.body", None, "the body, as JSON or text")


FAULT = Fault(
    "body",
    "puts something else in place of the body",
    "after",
    {
        "content": Parameter(
            "choice",
            "what comes in place of the body: nothing, a text, an HTML page, the body followed by "
            "blanks up to `size`, or your own `body`",
            "empty",
            ("empty", "text", "html", "padded", "own"),
        ),
        "size": Parameter("count", "bytes of a padded body", 10_000_000, high=50_000_000),
        "body": Parameter("json", "a body of your own: JSON, or a text"),
        "content_type": Parameter(
            "text", "its Content-Type; empty: the Content-Type of the reply", ""
        ),
    },
    reply=_strike,
    check=_check,
)
