"""Sends a body in HTTP chunks whose framing is wrong, and closes the connection."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, MediaRef, Parameter, Reply, Unfit

WAYS = ("bad_size", "too_long", "too_short", "no_end")


def _strike(reply: Reply, hit: Hit) -> Reply:
    body = reply.body
    if isinstance(body, bytes) and not body:
        raise Unfit("the body is empty")
    if isinstance(body, MediaRef) and not body.part_bytes:
        raise Unfit("the body is empty")
    effects = replace(reply.effects, chunking=hit.options["how"], ending="close")
    return replace(reply, effects=effects)


FAULT = Fault(
    "chunk_framing",
    "sends chunks that are framed wrongly",
    "after",
    {
        "how": Parameter(
            "choice",
            "the last chunk's size is no number; is more than comes; is less than comes; the chunk "
            "that ends the body is missing",
            "bad_size",
            WAYS,
        )
    },
    reply=_strike,
)
