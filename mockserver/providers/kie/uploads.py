"""Kie's upload of files: three calls on their own host. Each gives a link for 24 hours.

Bodies: recorded, April to October 2026; refusals: docs.kie.ai/file-upload-api, each with its code
as the HTTP status. Nothing is fetched, and no bytes are kept. The link shows a small picture.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mockserver.sdk.provider import (
    JSON_TYPE,
    LAST_MS,
    Operation,
    Refusal,
    Reply,
    Stored,
    StoreImage,
    encode_json,
    kept_image_url,
    shown,
)

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

HOST = "kieai.redpandaai.co"  # recorded
PATHS = ("/api/file-base64-upload", "/api/file-stream-upload", "/api/file-url-upload")
LIFE_MS = 86_400_000  # docs: the current page; an older one says 3 days
HEADERS = (  # recorded
    JSON_TYPE,
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"Content-Type, Authorization"),
)
CODES = {"unauthorized": 401, "forbidden": 401, "method_not_allowed": 405, "server_error": 500}
TEXTS = {
    401: "Authentication failed: Invalid API Key",
    405: "Method Not Allowed",  # docs name the code; the text is assumed
    500: "Internal server error",
}
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
}
_MAGIC = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "video/mp4": re.compile(rb"....ftyp", re.DOTALL),
}
_DATA_URL = re.compile(r"data:[^,]*;base64,", re.IGNORECASE)
_UNKNOWN_TYPE = "application/octet-stream"
_BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_RANDOM_CHARS = 11  # recorded


def base64_upload(inbound: Inbound, context: Context) -> StoreImage:
    """`POST /api/file-base64-upload`: the bytes as base64, or as a data URL."""
    given = inbound.json_object()
    text = _text(given, "base64Data")
    try:
        data = b64decode(_DATA_URL.sub("", text, count=1), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(
            "invalid_field",
            f"base64Data: got {shown(text)}, expected base64",
            message="Base64 decoding failed: Invalid Base64 format",
        ) from None
    return _stored(given, data, _type_of(data), context)


def stream_upload(inbound: Inbound, context: Context) -> StoreImage:
    """`POST /api/file-stream-upload`: a multipart form with a part `file`."""
    parts = inbound.form or ()
    given = {part.name: part.data.decode("utf-8", "replace") for part in parts if not part.filename}
    file = next((part for part in parts if part.name == "file"), None)
    if file is None:
        raise _missing("file")
    return _stored(given, file.data, _type_of(file.data), context)


def url_upload(inbound: Inbound, context: Context) -> StoreImage:
    """`POST /api/file-url-upload`: the file is never fetched. assumed: its suffix says what it is."""
    given = inbound.json_object()
    url = _text(given, "fileUrl")
    if not url.lower().startswith(("http://", "https://")):
        raise Refusal("invalid_field", f"fileUrl: got {shown(url)}, expected an http or https URL")
    suffix = url.partition("?")[0].rpartition(".")[2].lower().replace("jpeg", "jpg")
    content_type = next((kind for kind, each in SUFFIXES.items() if each == suffix), _UNKNOWN_TYPE)
    return _stored(given, b"", content_type, context)


def _stored(given: dict[str, Any], data: bytes, content_type: str, context: Context) -> StoreImage:
    folder = _text(given, "uploadPath")
    if folder.startswith("/") or folder.endswith("/"):
        reason = f"uploadPath: got {shown(folder)}, expected no slash at either end"
        raise Refusal("invalid_field", reason)
    digest = sha256(data).hexdigest()
    name = given.get("fileName") or _made_up(digest, content_type, context)
    if not isinstance(name, str) or "/" in name:
        reason = f"fileName: got {shown(name)}, expected a text without a slash"
        raise Refusal("invalid_field", reason)
    return StoreImage(f"{folder}/{name}", content_type, len(data), digest)


def _text(given: dict[str, Any], name: str) -> str:
    """A required text. Raises Refusal(`missing_field` | `invalid_field`)."""
    value = given.get(name)
    if value is None or value == "":
        raise _missing(name)
    if not isinstance(value, str):
        raise Refusal("invalid_field", f"{name}: got {shown(value)}, expected a text")
    return value


def _missing(name: str) -> Refusal:
    message = f"Missing required parameter: {name}"
    return Refusal("missing_field", f"{name}: got nothing, expected a value", message=message)


def _type_of(data: bytes) -> str:
    """The media type, from the first bytes. assumed: everything else is a stream of bytes."""
    return next((kind for kind, magic in _MAGIC.items() if magic.match(data)), _UNKNOWN_TYPE)


def _made_up(digest: str, content_type: str, context: Context) -> str:
    """The name of a file that came without a name: the time and eleven signs [recorded]."""
    number = int.from_bytes(sha256(f"{context.seed}{context.now_ms}{digest}".encode()).digest())
    signs = ""
    for _ in range(_RANDOM_CHARS):
        number, rest = divmod(number, len(_BASE_36))
        signs += _BASE_36[rest]
    return f"{context.now_ms}-{signs}.{SUFFIXES.get(content_type, 'bin')}"


def uploaded(outcome: Stored, inbound: Inbound, context: Context) -> Reply:
    """The reply to all three calls, in the recorded order. `filePath` begins with the account's
    number.
    """
    image = outcome.image
    account = int.from_bytes(sha256(context.sandbox_id.encode()).digest()[:3])
    path = f"kieai/{account}/{image.filename}"
    moment = datetime.fromtimestamp(min(context.now_ms, LAST_MS) / 1000, UTC)
    until_ms = context.now_ms + LIFE_MS
    data = {
        "success": True,
        "fileName": image.filename.rpartition("/")[2],
        "filePath": path,
        "downloadUrl": kept_image_url(context.base_url, context.sandbox_id, until_ms, path),
        "fileSize": image.size_bytes,
        "mimeType": image.content_type,
        "uploadedAt": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    body = {"success": True, "code": 200, "msg": "File uploaded successfully", "data": data}
    return Reply(200, HEADERS, encode_json(body))


def refuse(refusal: Refusal, context: Context) -> Reply:
    """A refusal in the envelope of uploads. assumed: if no page names it, it is 400 in our words."""
    code = refusal.status or CODES.get(refusal.kind, 400)
    msg = refusal.message or TEXTS.get(code, refusal.reason)
    return Reply(code, HEADERS, encode_json({"success": False, "code": code, "msg": msg}))


_READERS = (
    ("base64_upload", base64_upload, "Upload a file as base64"),
    ("stream_upload", stream_upload, "Upload a file as a form"),
    ("url_upload", url_upload, "Upload a file from a URL"),
)
OPERATIONS = tuple(
    Operation(name, "POST", path, "account", decode, uploaded, summary=summary)
    for (name, decode, summary), path in zip(_READERS, PATHS, strict=True)
)
