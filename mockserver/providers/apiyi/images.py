"""Reads images: files of a form, URLs and base64 of a chat. A hash and a size are kept."""

from __future__ import annotations

import binascii
from base64 import b64decode
from hashlib import sha256

from mockserver.sdk.provider import Refusal, shown, wrong_field

MAX_IMAGE_BYTES = 10 * 1024 * 1024  # code: threezhang/docs, troubleshooting
EXPECTED = '{"type":"text","text"} or {"type":"image_url","image_url":{"url"}}'


def stored(data: bytes, field: str) -> str:
    """What is kept of an image. Raises Refusal(`image_too_large` | `image_unreadable`)."""
    if len(data) > MAX_IMAGE_BYTES:
        raise Refusal("image_too_large", f"{field}: got {len(data)} bytes, expected at most 10 MB")
    if not _is_image(data):
        got = shown(data[:12])
        raise Refusal("image_unreadable", f"{field}: got {got}, expected a JPEG, PNG or WebP image")
    return _kept(data)


def _is_image(data: bytes) -> bool:
    """JPEG, PNG or WebP, by the first bytes. Clients invent the names and types of parts."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return is_webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def _kept(data: bytes) -> str:
    return f"{sha256(data).hexdigest()}:{len(data)}"


def part_image(part: object, *, urls: bool) -> str:
    """The image of one part of a message.

    Without `urls` only base64 is taken. Raises Refusal(`invalid_messages` | `image_…`).
    """
    is_image = isinstance(part, dict) and part.get("type") == "image_url"
    source = part.get("image_url") if isinstance(part, dict) and is_image else None
    url = source.get("url") if isinstance(source, dict) else None
    if not isinstance(url, str) or not url:
        raise wrong_field("invalid_messages", "messages[].content[]", part, EXPECTED)
    if url[:5].lower() == "data:":
        return stored(_decoded(url), "image_url.url")
    if not urls and url[:4].lower() == "http":
        raise wrong_field("image_fetch", "image_url.url", url, "a base64 image in this dialect")
    # Any other text is accepted: the published sample sends a sentence instead of a URL or base64.
    return _kept(url.encode("utf-8", "surrogatepass"))


def _decoded(url: str) -> bytes:
    """The bytes of a data-URI. Raises Refusal(`image_unreadable`)."""
    head, _, text = url.partition(",")
    try:
        if not head.lower().endswith(";base64"):
            raise ValueError("no base64")
        return b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        got = shown(url[:60])
        expected = "data:image/…;base64,…"
        raise Refusal(
            "image_unreadable", f"image_url.url: got {got}, expected {expected}"
        ) from None
