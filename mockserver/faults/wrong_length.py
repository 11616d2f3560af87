"""Lets Content-Length promise more or fewer bytes than are sent. Then the connection ends."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import BadInput, Fault, Hit, Options, Parameter, Reply, Unfit


def _strike(reply: Reply, hit: Hit) -> Reply:
    if isinstance(reply.body, tuple):
        raise Unfit("a stream has no Content-Length")
    effects = replace(reply.effects, length_offset_bytes=hit.options["offset"], ending="close")
    return replace(reply, effects=effects)


def _check(options: Options) -> None:
    if options["offset"] == 0:
        raise BadInput("with.offset", 0, "a number other than 0")


FAULT = Fault(
    "wrong_length",
    "makes Content-Length wrong",
    "after",
    {
        "offset": Parameter(
            "count",
            "how many bytes too many Content-Length promises; negative: too few",
            1000,
            low=-1_000_000_000,
        )
    },
    reply=_strike,
    check=_check,
)
