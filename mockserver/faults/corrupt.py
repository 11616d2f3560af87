"""Damages the bytes of a video: length and type are right, but no player can show it."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, MediaRef, Reply, Unfit


def _strike(reply: Reply, hit: Hit) -> Reply:
    if not isinstance(reply.body, MediaRef):
        raise Unfit("the reply is not a video")
    return replace(reply, effects=replace(reply.effects, scrambled=True))


FAULT = Fault("corrupt", "damages the bytes of a video", "media", reply=_strike)
