"""Reference images: what they are, and how they travel."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from clientlib._codec import refuse
from clientlib._models import Image, Order
from clientlib._steps import Do, Flow

LIMIT_BYTES = 10 * 1024 * 1024
MAGIC: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("image/jpeg", lambda b: b.startswith(b"\xff\xd8\xff")),
    ("image/png", lambda b: b.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/webp", lambda b: b[:4] == b"RIFF" and b[8:12] == b"WEBP"),
)


def is_url(image: Image) -> bool:
    """Whether an image is given by its http(s) address."""
    return isinstance(image, str) and image.startswith(("http://", "https://"))


def loaded(order: Order) -> Flow[Order]:
    """The order with its image files read; a `str` that is no URL is a file's path."""
    images: list[Image] = []
    for image in order.images:
        if isinstance(image, bytes) or is_url(image):
            images.append(image)
        else:
            images.append((yield Do(Path(image).read_bytes)))
    return replace(order, images=tuple(images))


def content_type(image: bytes) -> str:
    """JPEG, PNG or WebP up to 10 MB, by content; anything else is refused."""
    if len(image) > LIMIT_BYTES:
        raise refuse("images", f"{len(image)} bytes are more than the {LIMIT_BYTES} of 10 MB")
    for name, matches in MAGIC:
        if matches(image):
            return name
    raise refuse("images", "the file is no JPEG, PNG or WebP image")


def data_uri(image: bytes) -> str:
    """The image as a `data:` URI."""
    return f"data:{content_type(image)};base64,{base64.b64encode(image).decode()}"
