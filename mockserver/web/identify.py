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
        self._hashes: dict[bytes, tuple[str, str]] = {}

    def read(self, headers: list[tuple[bytes, bytes]], provider: Provider) -> tuple[str, str]:
        """The key and its hash. Raises Refusal(`unauthorized`)."""
        value = next((v for k, v in headers if k == b"authorization"), None)
        if value is None:
            raise Refusal("unauthorized", "Authorization: missing, expected " + _expected(provider))
        scheme, _, rest = value.partition(b" ")
        if scheme.lower() == b"bearer":
            key = rest.strip()
        elif provider.auth == "raw_or_bearer":
            key = value.strip()
        else:
            raise Refusal(
                "unauthorized", "Authorization: no Bearer, expected " + _expected(provider)
            )
        return self.hashed(key, provider)

    def hashed(self, key: bytes, provider: Provider) -> tuple[str, str]:
        """A key with its hash. Raises Refusal(`unauthorized`) over one that no key can be."""
        known = self._hashes.get(key)
        if known is None:
            if not _KEY.fullmatch(key):
                reason = "Authorization: expected 1 to 256 visible ASCII characters as the key"
                raise Refusal("unauthorized", reason)
            if len(self._hashes) >= _REMEMBERED:
                self._hashes.clear()
            text = key.decode("ascii")
            known = self._hashes[key] = (text, key_hash(text))
        return known


def _expected(provider: Provider) -> str:
    return "Bearer KEY" if provider.auth == "bearer" else "the key, with or without Bearer"


def stray_key(headers: list[tuple[bytes, bytes]]) -> str:
    """The hash of a key that came along where none is asked for; empty without one."""
    value = next((v for k, v in headers if k == b"authorization"), b"")
    key = value.decode("latin-1").rpartition(" ")[2]
    return key_hash(key) if key else ""
