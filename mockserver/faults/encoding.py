"""Writes a body in another encoding than its headers say."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, Unfit, needs_bytes, with_headers


def _strike(reply: Reply, hit: Hit) -> Reply:
    body, encoding = needs_bytes(reply), hit.options["encoding"]
    if not body:
        raise Unfit("the body is empty")
    if encoding == "gzip":
        return with_headers(reply, (b"content-encoding", b"gzip"))
    if encoding == "invalid_utf8":
        at = body.find(b'"') + 1
        return replace(reply, body=body[:at] + b"\xff\xfe" + body[at:])
    text = body.decode("utf-8", "replace")
    return replace(reply, body=text.encode(encoding, "replace"))


FAULT = Fault(
    "encoding",
    "writes the body in another encoding than the headers say",
    "after",
    {
        "encoding": Parameter(
            "choice",
            "invalid_utf8: bytes that are not valid UTF-8; gzip: the header says gzip, but the "
            "body is plain; gbk, utf-16: the text in that encoding",
            "invalid_utf8",
            ("invalid_utf8", "gzip", "gbk", "utf-16"),
        )
    },
    reply=_strike,
)
