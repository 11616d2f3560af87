"""Links to uploaded files: they say until when they work, and a small picture stands for the file.

What was uploaded is not kept. So a link holds all that there is to know, and needs no record.
"""

from __future__ import annotations

import base64
from urllib.parse import quote

from mockserver.domain.input.quantity import whole_number

LONGEST_MS = 86_400_000  # a link that claims more was not handed out
_PREFIX = "kept-"
PICTURE_TYPE = "image/png"
# one grey pixel
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def kept_image_url(base_url: str, sandbox_id: str, until_ms: int, path: str) -> str:
    """The link to a file that was stored under a path."""
    return f"{base_url}/media/{sandbox_id}/{_PREFIX}{until_ms}/{quote(path)}"


def kept_until_ms(folder: str, now_ms: int) -> int | None:
    """When a link to an uploaded file stops working; None if the folder belongs to no such link."""
    if not folder.startswith(_PREFIX):
        return None
    until_ms = whole_number(folder.removeprefix(_PREFIX).partition("/")[0]) or 0
    return until_ms if until_ms <= now_ms + LONGEST_MS else 0
