"""APIYI's calls: method, path, how each request is read and answered."""

from __future__ import annotations

from mockserver.providers.apiyi import chat, decode, encode
from mockserver.sdk.provider import Operation

OPERATIONS = (
    Operation(
        "create",
        "POST",
        "/v1/videos",
        "create",
        decode.create,
        encode.created,
        summary="Create a video",
    ),
    Operation(
        "status",
        "GET",
        "/v1/videos/{id}",
        "poll",
        decode.read,
        encode.status,
        "id",
        summary="Read a job: its status",
    ),
    Operation(
        "content",
        "GET",
        "/v1/videos/{id}/content",
        "content",
        decode.read,
        encode.content,
        "id",
        summary="Download the video",
    ),
    Operation(
        "chat",
        "POST",
        "/v1/chat/completions",
        "stream",
        decode.chat,
        chat.reply,
        chunk_kinds=chat.KINDS,
        summary="Create a video and follow it as a stream",
    ),
    Operation(
        "models",
        "GET",
        "/v1/models",
        "account",
        decode.models,
        encode.models,
        summary="List the models",
    ),
)
