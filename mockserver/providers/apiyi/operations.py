"""APIYI's calls: method, path, how each request is read and answered."""

from __future__ import annotations

from mockserver.providers.apiyi import chat, decode, encode
from mockserver.sdk.provider import Operation

OPERATIONS = (
    Operation("create", "POST", "/v1/videos", "create", decode.create, encode.created),
    Operation("status", "GET", "/v1/videos/{id}", "poll", decode.read, encode.status, "id"),
    Operation(
        "content", "GET", "/v1/videos/{id}/content", "content", decode.read, encode.content, "id"
    ),
    Operation(
        "chat",
        "POST",
        "/v1/chat/completions",
        "stream",
        decode.chat,
        chat.reply,
        chunk_kinds=chat.KINDS,
    ),
    Operation("models", "GET", "/v1/models", "account", decode.models, encode.models),
)
