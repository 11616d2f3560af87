"""Sends something that is no HTTP in place of a reply, and closes the connection."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply

SENT = {
    "bytes": bytes(range(128, 192)),
    "tls_alert": b"\x15\x03\x03\x00\x02\x02\x28",  # RFC 8446, 6: fatal, handshake failure
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "page": b"<!doctype html>\n<html><body><h1>It works!</h1></body></html>\n",
    "status_line": b"HTTP/1.1 ABC OK\r\ncontent-length: 0\r\n\r\n",
}


def _strike(reply: Reply, hit: Hit) -> Reply:
    said = SENT[hit.options["what"]]
    effects = replace(reply.effects, ending="close", garbage=said, cut_in_head_bytes=len(said))
    return replace(reply, effects=effects)


FAULT = Fault(
    "not_http",
    "sends what is no HTTP",
    "instead",
    {
        "what": Parameter(
            "choice",
            "bytes without a meaning; TLS's alert; the greeting of SSH; a page without a head; a "
            "status line without a number",
            "bytes",
            tuple(SENT),
        )
    },
    reply=_strike,
)
