"""Answers a range request with the whole video and status 200."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.fault import Fault, Hit, Unfit
from mockserver.domain.reply import MediaRef, Reply


def _strike(reply: Reply, hit: Hit) -> Reply:
    if not isinstance(reply.body, MediaRef):
        raise Unfit("the reply is no video")
    request = hit.context.request
    if request is None or not request.header(b"range"):
        raise Unfit("the request asks for no range")
    return replace(reply, effects=replace(reply.effects, ignore_range=True))


FAULT = Fault("ignore_range", "ignores the Range header", "media", reply=_strike)
