"""The API key of a request, as its provider takes it."""

from __future__ import annotations

import re

from mockserver.domain.errors import Refusal
from mockserver.domain.ids import key_hash
from mockserver.domain.provider import Provider

_KEY = re.compile(rb"[\x21-\x7e]{1,256}")
_REMEMBERED = 10_000


class Keys:
    """Reads keys and remembers their hashes, so that a busy key is hashed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, str], tuple[str, str]] = {}

    def read(self, authorization: bytes | None, provider: Provider) -> tuple[str, str]:
        """The key in an Authorization header and its hash. Raises Refusal(`unauthorized`)."""
        if authorization is None:
            raise Refusal("unauthorized", "Authorization: missing, expected " + _expected(provider))
        known = self._known.get((authorization, provider.auth))
        if known is None:
            key = _bare(authorization, provider)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[authorization, provider.auth] = (key, key_hash(key))
        return known


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
