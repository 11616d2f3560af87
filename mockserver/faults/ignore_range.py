"""Answers a range request with the whole video and status 200."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, MediaRef, Reply, Unfit


def _strike(reply: Reply, hit: Hit) -> Reply:
    if not isinstance(reply.body, MediaRef):
        raise Unfit("the reply is not a video")
    video = reply.body
    if video.part_bytes == video.size_bytes:
        raise Unfit("the request does not ask for a range")
    headers = tuple(pair for pair in reply.headers if pair[0] != b"content-range")
    whole = replace(video, start=0, stop=video.size_bytes)
    return replace(reply, status=200, headers=headers, body=whole)


FAULT = Fault("ignore_range", "ignores the Range header", "media", reply=_strike)
