"""What the peers are told to answer with, each in the words of its own configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Setup = Mapping[str, Any]  # file name: its content, as JSON; "{port}" becomes the number

ID = "video_abc123"
VIDEO = {"id": ID, "object": "video", "created": 1762181811, "status": "queued", "model": "veo-3.1"}
VIDEOS, ONE_VIDEO, CHAT = "/v1/videos", f"/v1/videos/{ID}", "/v1/chat/completions"
JSON, SSE = "application/json", "text/event-stream"
PIECES = 13  # of 20 characters each: with role, stop and [DONE] as many events as ours sends
TEXT = "a cat on skateboards" * PIECES


def _chunk(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "chatcmpl-abc123", "object": "chat.completion.chunk", "created": 1762181811}
    return f"data: {json.dumps({**head, 'model': 'veo-3.1', 'choices': [choice]})}\n\n"


EVENTS = (
    _chunk({"role": "assistant"}),
    *(_chunk({"content": TEXT[:20]}) for _ in range(PIECES)),
    _chunk({}, "stop"),
    "data: [DONE]\n\n",
)
ANSWERS = (  # method, path, type, body: for peers that repeat a fixed text
    ("GET", ONE_VIDEO, JSON, json.dumps(VIDEO)),
    ("POST", VIDEOS, JSON, json.dumps(VIDEO)),
    ("POST", CHAT, SSE, "".join(EVENTS)),
)


def aimock() -> Setup:
    """A video job, a chat completion, and one that takes five seconds."""
    job = {"video": {"id": ID, "status": "processing"}}
    chat = {"match": {"endpoint": "chat"}, "response": {"content": TEXT}}
    slow = {"endpoint": "chat", "userMessage": "slowly"}
    pace = {"ttft": 0, "tps": (PIECES + 1) / 5}
    fixtures = [
        {"match": {"endpoint": "video"}, "response": job},
        {**chat, "match": slow, "streamingProfile": pace},
        chat,
    ]
    return {"aimock.json": {"fixtures": fixtures}}


def json_server() -> Setup:
    """A table with one video."""
    return {"db.json": {"videos": [VIDEO]}}


def mockoon() -> Setup:
    """Videos in a data bucket, and a fixed text for the stream."""

    def route(number: int, kind: str, path: str, reply: Mapping[str, Any]) -> dict[str, Any]:
        reply = {"uuid": f"22222222-2222-4222-8222-{number:012}", "default": True, **reply}
        ids = {"uuid": f"11111111-1111-4111-8111-{number:012}", "type": kind}
        return {**ids, "method": "post", "endpoint": path[1:], "responses": [reply]}

    bucket = {"uuid": "33333333-3333-4333-8333-333333333333", "id": "vids", "name": "videos"}
    sse = {"headers": [{"key": "Content-Type", "value": SSE}], "body": "".join(EVENTS)}
    routes = (
        route(1, "crud", VIDEOS, {"bodyType": "DATABUCKET", "databucketID": "vids"}),
        route(2, "http", CHAT, sse),
    )
    environment = {
        "uuid": "44444444-4444-4444-8444-444444444444",
        "lastMigration": 33,
        "name": "videos",
        "data": [{**bucket, "value": "[]"}],
        "routes": routes,
        "rootChildren": [{"type": "route", "uuid": each["uuid"]} for each in routes],
    }
    return {"mockoon.json": environment}


def mountebank() -> Setup:
    """One imposter with a stub for each answer."""

    def stub(method: str, path: str, kind: str, body: str) -> dict[str, Any]:
        reply = {"statusCode": 200, "headers": {"Content-Type": kind}, "body": body}
        wanted = {"equals": {"method": method, "path": path}}
        return {"predicates": [wanted], "responses": [{"is": reply}]}

    stubs = [stub(*answer) for answer in ANSWERS]
    imposter = {"protocol": "http", "port": "{port}", "stubs": stubs}
    return {"imposters.json": {"imposters": [imposter]}}


def prism() -> Setup:
    """An OpenAPI document with the answers as examples."""

    def operation(method: str, kind: str, body: str) -> dict[str, Any]:
        example = json.loads(body) if kind == JSON else body
        reply = {"description": "as documented", "content": {kind: {"example": example}}}
        given = {"requestBody": {"content": {JSON: {"schema": {"type": "object"}}}}}
        return {
            method.lower(): {"responses": {"200": reply}, **(given if method == "POST" else {})}
        }

    paths = {path: operation(method, kind, body) for method, path, kind, body in ANSWERS}
    info = {"title": "videos", "version": "1"}
    return {"openapi.json": {"openapi": "3.0.3", "info": info, "paths": paths}}


def wiremock() -> Setup:
    """A mapping for each answer."""

    def mapping(method: str, path: str, kind: str, body: str) -> dict[str, Any]:
        reply = {"status": 200, "headers": {"Content-Type": kind}, "body": body}
        return {"request": {"method": method, "urlPath": path}, "response": reply}

    return {"mappings/videos.json": {"mappings": [mapping(*answer) for answer in ANSWERS]}}
