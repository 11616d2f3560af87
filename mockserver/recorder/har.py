"""Tapes as HAR 1.2, which any viewer opens. Our own fields are in `_reelmock`. A body that is not
text is kept as hash and size, unless the user asks for its bytes.
"""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from mockserver import __version__
from mockserver.domain.reply.reply import Headers, header_of
from mockserver.recorder.washing import Washer, recut

VERSION = "1.2"
OURS = "_reelmock"
Kind = Literal["call", "callback", "media"]
Ended = Literal["whole", "client left", "upstream broke off", "no answer", "recorder ended"]
_UNPACK: dict[bytes, Callable[[bytes], bytes]] = {
    b"": bytes,
    b"identity": bytes,
    b"gzip": gzip.decompress,
    b"deflate": zlib.decompress,
}


class Piece(Struct, frozen=True):
    """One piece of a body: when it came, in milliseconds since the call began, and where it ends in
    the body, in bytes.
    """

    at_ms: float
    end: int


class Taped(Struct, frozen=True):
    """One exchange that was recorded. `started_ms` is in epoch milliseconds, and spans are in real
    time. `status` is 0 if no answer came. Header names are lower-case bytes. `size_bytes` counts
    what came, and `body` is what was kept: of a long body, only a part is kept.
    """

    kind: Kind
    method: str
    url: str
    started_ms: float
    request_headers: Headers = ()
    request_body: bytes = b""
    request_bytes: int = 0
    request_sha256: str = ""
    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    size_bytes: int = 0
    sha256: str = ""
    first_byte_ms: float = 0.0
    took_ms: float = 0.0
    pieces: tuple[Piece, ...] = ()
    ended: Ended = "whole"
    provider: str = ""
    operation: str = ""
    note: str = ""
    keeps_bytes: bool = False


def unpacked(body: bytes, headers: Headers) -> bytes | None:
    """A body without its compression; None if it cannot be read here."""
    encoding = header_of(headers, b"content-encoding").strip().lower()
    try:
        return _UNPACK[encoding](body) if body else body
    except (KeyError, OSError, EOFError, zlib.error):
        return None


def entry_of(taped: Taped, washer: Washer) -> dict[str, Any]:
    """An exchange as an entry of HAR, without secrets."""
    washer.learn(taped.request_headers, taped.url)
    kind = _type(taped.headers)
    plain = unpacked(taped.body, taped.headers)
    is_whole = len(taped.body) == taped.size_bytes
    content: dict[str, Any] = {"size": taped.size_bytes, "mimeType": kind}
    ours: dict[str, Any] = {
        "kind": taped.kind,
        "provider": taped.provider,
        "operation": taped.operation,
        "ended": taped.ended,
        "first_byte_ms": round(taped.first_byte_ms, 1),
    }
    if plain is not None and is_whole and _is_text(plain):
        content["text"] = washer.body(plain, kind).decode()
        ours["pieces"] = _pieces(taped, plain, washer)
    elif taped.size_bytes:
        ours["media"] = {"size_bytes": taped.size_bytes, "sha256": taped.sha256}
        ours["pieces"] = [[round(p.at_ms, 1), p.end] for p in taped.pieces]
        if taped.keeps_bytes and is_whole and plain is not None:
            content |= {"text": b64encode(plain).decode(), "encoding": "base64"}
    if taped.note:
        ours["note"] = washer.body(taped.note.encode()).decode()
    return {
        "startedDateTime": _iso(taped.started_ms),
        "time": round(taped.took_ms, 1),
        "request": _request(taped, washer, ours),
        "response": {
            "status": taped.status,
            "statusText": _phrase(taped.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _headers(washer.headers(taped.headers)),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": taped.size_bytes,
        },
        "cache": {},
        "timings": {
            "send": 0,
            "wait": round(taped.first_byte_ms, 1),
            "receive": round(max(taped.took_ms - taped.first_byte_ms, 0), 1),
        },
        OURS: ours,
    }


def _request(taped: Taped, washer: Washer, ours: dict[str, Any]) -> dict[str, Any]:
    url = washer.url(taped.url)
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    request: dict[str, Any] = {
        "method": taped.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(washer.headers(taped.request_headers)),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": taped.request_bytes,
    }
    if taped.request_bytes:
        request["postData"] = _post_data(taped, washer, ours)
    return request


def _post_data(taped: Taped, washer: Washer, ours: dict[str, Any]) -> dict[str, Any]:
    kind = _type(taped.request_headers)
    plain = unpacked(taped.request_body, taped.request_headers)
    is_whole = len(taped.request_body) == taped.request_bytes
    if plain is not None and is_whole and _is_text(plain):
        return {"mimeType": kind, "text": washer.body(plain, kind).decode()}
    ours["upload"] = {"size_bytes": taped.request_bytes, "sha256": taped.request_sha256}
    return {"mimeType": kind, "text": ""}


def _pieces(taped: Taped, plain: bytes, washer: Washer) -> list[list[float]]:
    """When each piece came, and where it ends in the text that is kept. A single piece is not
    listed.
    """
    is_packed = plain != taped.body  # the pieces belong to the compressed body
    if len(taped.pieces) < 2 or is_packed:
        return []
    kind = _type(taped.headers)
    ends = recut(plain, [piece.end for piece in taped.pieces], lambda text: washer.body(text, kind))
    return [[round(p.at_ms, 1), end] for p, end in zip(taped.pieces, ends, strict=True)]


def _type(headers: Headers) -> str:
    return header_of(headers, b"content-type").decode("latin-1")


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": k.decode("latin-1"), "value": v.decode("latin-1")} for k, v in headers]


def _iso(epoch_ms: float) -> str:
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def opening(ours: dict[str, Any], log: dict[str, Any] | None = None) -> bytes:
    """The beginning of a tape, up to its first entry. `ours` says where it was taped.

    A tape that goes on keeps what its `log` says.
    """
    kept = {name: said for name, said in (log or {}).items() if name != "entries"}
    creator = {"name": "Reelmock", "version": __version__}
    log = {"version": VERSION, "creator": creator, OURS: ours, **kept}
    return b'{"log": ' + json.dumps(log, ensure_ascii=False).encode()[:-1] + b', "entries": ['


CLOSING = b"\n]}}\n"


def digest(body: bytes) -> str:
    """The hash of a body."""
    return sha256(body).hexdigest()
