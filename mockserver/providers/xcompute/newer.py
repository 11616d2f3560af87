"""The newer contract: a client asks for it with headers, an idempotency key and a version of
replies.

docs: github.com/apimart-ai/apimart-skills, api-contract.md, tool-contracts.md and
dev-integration-guide, of 2026-08-01.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mockserver.sdk.provider import Once, encode_json, wrong_field

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

VERSION = b"2026-07-27"
VERSION_HEADER = b"x-apimart-response-version"
KEY_PATTERN = "[!-~]{1,191}"
_KEY = re.compile(KEY_PATTERN)


def once_of(inbound: Inbound, fields: dict[str, Any], context: Context) -> Once | None:
    """The idempotency key of a creation. Only its hash is kept. assumed: the order of the fields
    of a body does not matter.
    """
    key = inbound.header(b"idempotency-key")
    if not key or context.dialect["idempotency"] == "ignored":
        return None
    if _KEY.fullmatch(key) is None:
        got, expected = f"{len(key)} characters", "1 to 191 visible ASCII characters"
        raise wrong_field("invalid_field", "Idempotency-Key", got, expected)
    wish = encode_json(sorted(fields.items()))
    return Once(sha256(b"xcompute:" + key.encode()).hexdigest(), sha256(wish).hexdigest())


def wants_version(inbound: Inbound) -> bool:
    """Whether the reply has the newer form. assumed: an unknown version is ignored."""
    return inbound.header(VERSION_HEADER).encode("latin-1") == VERSION
