"""Puts something else in place of a body: nothing, a text, a page, or the same and far too much."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, MediaRef, Parameter, Reply, needs_bytes

TEXT = b"upstream connect error or disconnect/reset before headers"
PAGE = b"<!doctype html>\n<html><body><h1>Something went wrong</h1></body></html>\n"


def _strike(reply: Reply, hit: Hit) -> Reply:
    match hit.options["content"]:
        case "empty":
            if not isinstance(reply.body, MediaRef):
                needs_bytes(reply)
            return replace(reply, body=b"")
        case "text":
            needs_bytes(reply)
            return replace(reply, body=TEXT)
        case "html":
            needs_bytes(reply)
            return replace(reply, body=PAGE)
        case _:
            body, size_bytes = needs_bytes(reply), hit.options["size"]
            return replace(reply, body=body + b" " * max(0, size_bytes - len(body)))


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
