"""The API key of a request, as its provider takes it."""

from __future__ import annotations

import re

from mockserver.domain.errors import Refusal
from mockserver.domain.ids import key_hash
from mockserver.domain.provider import Provider

_KEY = re.compile(rb"[\x21-\x7e]{1,256}")


def read_key(authorization: bytes | None, provider: Provider) -> tuple[str, str]:
    """The key in an Authorization header and its hash. Raises Refusal(`unauthorized`)."""
    if authorization is None:
        raise Refusal("unauthorized", "Authorization: missing, expected " + _expected(provider))
    key = _bare(authorization, provider)
    return key, key_hash(key)


def _bare(authorization: bytes, provider: Provider) -> str:
    """The key itself. Raises Refusal(`unauthorized`)."""
    scheme, _, rest = authorization.partition(b" ")
    if scheme.lower() == b"bearer":
        key = rest.strip()
    elif provider.auth == "raw_or_bearer":
        key = authorization.strip()
    else:
        raise Refusal("unauthorized", "Authorization: no Bearer, expected " + _expected(provider))
    if not _KEY.fullmatch(key):
        reason = "Authorization: expected 1 to 256 visible ASCII characters as the key"
        raise Refusal("unauthorized", reason)
    return key.decode("ascii")


def _expected(provider: Provider) -> str:
    return "Bearer KEY" if provider.auth == "bearer" else "the key, with or without Bearer"


def stray_key(headers: list[tuple[bytes, bytes]]) -> str:
    """The hash of a key that came along where none is asked for; empty without one."""
    value = next((v for k, v in headers if k == b"authorization"), b"")
    key = value.decode("latin-1").rpartition(" ")[2]
    return key_hash(key) if key else ""
