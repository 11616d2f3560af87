"""Reads a request: its body, its form, and the operation that serves or refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mockserver.domain.input.errors import Refusal, shown
from mockserver.domain.journal.redaction import without
from mockserver.domain.provider.provider import Context, Inbound, Operation, compressed
from mockserver.web.multipart import parse_form
from mockserver.web.protocol import HEAD, TAKE_BODY, TakeBody

if TYPE_CHECKING:
    from mockserver.domain.provider.command import Command, Outcome
    from mockserver.domain.reply.reply import Reply
    from mockserver.web.addressing import Address
    from mockserver.web.head_cache import Head
    from mockserver.web.player import Receive, Scope
    from mockserver.web.router import Route

MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_UNFINISHED_BYTES = 4 * MAX_BODY_BYTES
NO_ROOM = (
    f"body: the bodies that are coming in may have {MAX_UNFINISHED_BYTES} bytes together, and there "
    "is no room for this one now; send it again later"
)


class Room:
    """Room for the bodies that are still coming in, all together."""

    def __init__(self) -> None:
        self.left_bytes = MAX_UNFINISHED_BYTES


def inbound_of(
    scope: Scope,
    address: Address,
    fields: dict[bytes, bytes],
    headers: list[tuple[bytes, bytes]],
    query: str,
    body: bytes,
    secrets: tuple[str, ...],
) -> tuple[Inbound, Operation[Any]]:
    """The request as codecs see it, and the operation that serves or refuses it.

    `headers` and `query` are in the form in which they may be kept. `secrets` are those in its
    head; they are taken out of its body.
    """
    path, route = address.path, address.route
    if body:  # a prompt with the key in it would be stored, shown and sent back
        body = without(body, secrets)
    _, connection = scope["client"] or ("", 0)
    head: Head | None = scope.get(HEAD)
    size_bytes = 0 if head is None else head.headers_bytes
    inbound = Inbound(
        scope["method"], path, query, headers, body, route.params, None, connection, size_bytes
    )
    if len(body) > MAX_BODY_BYTES:
        inbound = replace(inbound, body=b"")
        return inbound, _refusing(
            Refusal("too_large", f"body: expected at most {MAX_BODY_BYTES} bytes")
        )
    if route.operation is None:
        return inbound, _refusing(_no_operation(scope["method"], path, route))
    content_type = fields.get(b"content-type", b"")
    if content_type.lower().startswith(b"multipart/form-data"):
        try:
            inbound = replace(inbound, form=parse_form(content_type.decode("latin-1"), body))
        except Refusal as refusal:
            encoding = inbound.compression()
            return inbound, _refusing(compressed(encoding) if encoding else refusal)
    return inbound, route.operation


def body_at_hand(scope: Scope) -> bytes | None:
    """The body, if all of it has already come."""
    take: TakeBody | None = scope.get(TAKE_BODY)
    return None if take is None else take(scope)


async def read_body(receive: Receive, room: Room) -> bytes | None:
    """The whole body. It is cut just above the limit. None if the client left.

    Raises Refusal if other bodies leave no room for it.
    """
    chunks: list[bytes] = []
    size_bytes = 0
    try:
        while size_bytes <= MAX_BODY_BYTES:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunks.append(message["body"])
            size_bytes += len(chunks[-1])
            room.left_bytes -= len(chunks[-1])
            if not message.get("more_body"):
                break
            if room.left_bytes < 0:
                raise Refusal("server_error", NO_ROOM, retry_after_ms=1000, status=503)
    finally:
        room.left_bytes += size_bytes
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _refusing(refusal: Refusal) -> Operation[Any]:
    """An operation that refuses, so that all refusals take the same way."""

    def decode(inbound: Inbound, context: Context) -> Command:
        raise refusal

    def encode(outcome: Outcome, inbound: Inbound, context: Context) -> Reply:
        raise refusal

    return Operation("unknown", "", "", "account", decode, encode)


def _no_operation(method: str, path: str, route: Route) -> Refusal:
    if route.allowed:
        expected = " or ".join(route.allowed)
        return Refusal("method_not_allowed", f"method: got {method}, expected {expected}")
    hint = f"; there is {shown(route.near)}" if route.near else ""
    return Refusal("unknown_path", f"path: this provider documents no {shown(path)}{hint}")
