"""Reads a request: its body, its form, and the operation that serves it or says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.errors import Refusal
from mockserver.domain.provider import Context, Inbound, Operation
from mockserver.web.multipart import parse_form

if TYPE_CHECKING:
    from mockserver.domain.command import Command, Outcome
    from mockserver.domain.reply import Reply
    from mockserver.web.player import Receive, Scope
    from mockserver.web.router import Route

BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
MAX_BODY_BYTES = 32 * 1024 * 1024


async def read(
    scope: Scope, receive: Receive, route: Route, fields: dict[bytes, bytes]
) -> tuple[Inbound | None, Operation]:
    """The request with its body, and the operation that serves it or says no.

    None for the request when the client left before it was whole.
    """
    has_body = scope["method"] != "GET" or not fields.keys().isdisjoint(BODY_HEADERS)
    body = await _body(receive) if has_body else b""
    if body is None:
        return None, _refusing(Refusal("malformed", "the client left"))
    query = scope["query_string"].decode("latin-1")
    inbound = Inbound(scope["method"], scope["path"], query, scope["headers"], body, route.params)
    if len(body) > MAX_BODY_BYTES:
        inbound = replace(inbound, body=b"")
        return inbound, _refusing(
            Refusal("too_large", f"body: expected at most {MAX_BODY_BYTES} bytes")
        )
    if route.operation is None:
        return inbound, _refusing(_no_operation(scope["method"], scope["path"], route.allowed))
    content_type = fields.get(b"content-type", b"")
    if content_type[:19].lower() == b"multipart/form-data":
        try:
            inbound = replace(inbound, form=parse_form(content_type.decode("latin-1"), body))
        except Refusal as refusal:
            return inbound, _refusing(refusal)
    return inbound, route.operation


async def _body(receive: Receive) -> bytes | None:
    """The whole body; one over the limit is cut right behind it, None when the client left."""
    chunks: list[bytes] = []
    size_bytes = 0
    while size_bytes <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message["body"])
        size_bytes += len(chunks[-1])
        if not message.get("more_body"):
            break
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _refusing(refusal: Refusal) -> Operation:
    """An operation that says no, so that refusals of every kind take the same way."""

    def decode(inbound: Inbound, context: Context) -> Command:
        raise refusal

    def encode(outcome: Outcome, inbound: Inbound, context: Context) -> Reply:
        raise refusal

    return Operation("unknown", "", "", "account", decode, encode)


def _no_operation(method: str, path: str, allowed: tuple[str, ...]) -> Refusal:
    if allowed:
        return Refusal(
            "method_not_allowed", f"method: got {method}, expected {' or '.join(allowed)}"
        )
    return Refusal("unknown_path", f"path: this provider documents no {path!r}")
