"""Kie's calls: method, path, how each request is read and answered."""

from __future__ import annotations

from mockserver.providers.kie import decode, encode
from mockserver.sdk.provider import Operation

VEO = "/api/v1/veo"

OPERATIONS = (
    Operation("generate", "POST", f"{VEO}/generate", "create", decode.generate, encode.created),
    Operation(
        "record_info",
        "GET",
        f"{VEO}/record-info",
        "poll",
        decode.record_info,
        encode.record,
        "taskId",
    ),
    Operation(
        "get_1080p",
        "GET",
        f"{VEO}/get-1080p-video",
        "upgrade",
        decode.get_1080p,
        encode.video_1080p,
        "taskId",
    ),
    Operation("get_4k", "POST", f"{VEO}/get-4k-video", "upgrade", decode.get_4k, encode.video_4k),
    Operation("extend", "POST", f"{VEO}/extend", "upgrade", decode.extend, encode.created),
    Operation("credit", "GET", "/api/v1/chat/credit", "account", decode.credit, encode.credit),
    Operation(
        "download_url",
        "POST",
        "/api/v1/common/download-url",
        "account",
        decode.download_url,
        encode.download_url,
    ),
)
