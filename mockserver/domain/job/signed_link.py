"""Links with an end and a signature in their query, as hosts of private files hand them out.

The query is part of the link. A client that drops, sorts or decodes it has no link any more.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from urllib.parse import quote


def signed_query(seed: str, path: str, until_ms: int) -> str:
    """What follows the path of a link that works until then."""
    expires = str(until_ms // 1000)
    return f"?Expires={expires}&Signature={quote(_signature(seed, path, expires), safe='')}"


def is_signed(seed: str, path: str, expires: str, signature: str) -> bool:
    """Whether a signature is the one for this path and this end."""
    return hmac.compare_digest(_signature(seed, path, expires).encode(), signature.encode())


def _signature(seed: str, path: str, expires: str) -> str:
    return b64encode(hmac.digest(seed.encode(), f"{path}\n{expires}".encode(), "sha256")).decode()
