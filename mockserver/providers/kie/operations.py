"""Kie's calls: method, path, how each request is read and answered."""

from __future__ import annotations

from mockserver.providers.kie import decode, encode
from mockserver.sdk.provider import Operation

VEO = "/api/v1/veo"

OPERATIONS = (
    Operation(
        "generate",
        "POST",
        f"{VEO}/generate",
        "create",
        decode.generate,
        encode.created,
        summary="Create a video",
    ),
    Operation(
        "record_info",
        "GET",
        f"{VEO}/record-info",
        "poll",
        decode.record_info,
        encode.record,
        "taskId",
        summary="Read a job: its status and its links",
    ),
    Operation(
        "get_1080p",
        "GET",
        f"{VEO}/get-1080p-video",
        "upgrade",
        decode.get_1080p,
        encode.video_1080p,
        "taskId",
        summary="Get the 1080p version of a video",
    ),
    Operation(
        "get_4k",
        "POST",
        f"{VEO}/get-4k-video",
        "upgrade",
        decode.get_4k,
        encode.video_4k,
        summary="Ask for the 4K version of a video",
    ),
    Operation(
        "extend",
        "POST",
        f"{VEO}/extend",
        "upgrade",
        decode.extend,
        encode.created,
        summary="Extend a video",
    ),
    Operation(
        "credit",
        "GET",
        "/api/v1/chat/credit",
        "account",
        decode.credit,
        encode.credit,
        summary="Read the credits that are left",
    ),
    Operation(
        "download_url",
        "POST",
        "/api/v1/common/download-url",
        "account",
        decode.download_url,
        encode.download_url,
        summary="Get a link for a direct download",
    ),
)
