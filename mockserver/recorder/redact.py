"""Takes the secrets out of tapes that other tools made, from every place of a HAR file."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Iterable
from typing import Any

from mockserver.domain.journal.redaction import DROPPED, is_secret_name, mark
from mockserver.domain.reply.reply import Headers
from mockserver.recorder.har import digest
from mockserver.recorder.washing import Washer

_COOKIES = "cookies"
_URLS = ("url", "redirectURL", "_initiator", "title")


def redacted(document: dict[str, Any], fields: Iterable[str] = ()) -> dict[str, Any]:
    """A HAR document without secrets. `fields` are further names of secrets. Every key that a
    request presents is removed from the whole file. Only the hash of a body that is not text stays,
    because nobody can say what is in it.
    """
    washer = Washer(fields)
    for entry in document["log"]["entries"]:
        request = entry.get("request") or {} if isinstance(entry, dict) else {}
        washer.learn(_headers(request), str(request.get("url") or ""))
    return dict(_washed(document, washer, ""))


def _headers(request: dict[str, Any]) -> Headers:
    pairs = [pair for pair in request.get("headers") or () if isinstance(pair, dict)]
    return tuple(
        (
            str(pair.get("name")).lower().encode("latin-1", "replace"),
            str(pair.get("value")).encode("latin-1", "replace"),
        )
        for pair in pairs
    )


def _washed(node: Any, washer: Washer, name: str) -> Any:
    if isinstance(node, list):
        return [_pair(item, washer, name) for item in node]
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            node = _body(node, washer)
        return {
            key: value if key == "text" else _washed(value, washer, key)
            for key, value in node.items()
        }
    if not isinstance(node, str):
        return node
    return washer.url(node) if name in _URLS else washer.body(node.encode()).decode()


def _pair(item: Any, washer: Washer, name: str) -> Any:
    """An item of a list. A name that is secret loses its value."""
    if not isinstance(item, dict) or not isinstance(item.get("value"), str):
        return _washed(item, washer, name)
    named = str(item.get("name", ""))
    bare = named.lower().encode("latin-1", "replace")
    if name == _COOKIES or bare in DROPPED or is_secret_name(named) or washer.names(named):
        return item | {"value": mark(item["value"])}
    return {key: _washed(value, washer, key) for key, value in item.items()} | {
        "value": washer.value(item["value"])
    }


def _body(node: dict[str, Any], washer: Washer) -> dict[str, Any]:
    """A body without the secrets in its text."""
    kind, text = str(node.get("mimeType") or ""), node["text"]
    if node.get("encoding") != "base64":
        return node | {"text": washer.body(text.encode("utf-8", "replace"), kind).decode()}
    try:
        body = b64decode(text)
        washed = washer.body(body.decode().encode(), kind)
    except (UnicodeDecodeError, NoBase64, ValueError):
        left = {key: value for key, value in node.items() if key not in ("text", "encoding")}
        return left | {"comment": f"left out: sha256 {digest(text.encode())} of its base 64"}
    return node | {"text": b64encode(washed).decode()}
