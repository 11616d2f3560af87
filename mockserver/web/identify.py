"""The API key of a request, as its provider takes it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.ids import key_hash
from mockserver.domain.provider.provider import Provider

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


# Where clients put keys, beside where the providers want them.
KEY_HEADERS = frozenset(
    (b"authorization", b"x-api-key", b"api-key", b"apikey", b"x-goog-api-key", b"x-auth-token")
)


def stray_keys(headers: list[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """The hashes of what may be a key in the headers of a request that needs none, or a wrong one.

    A key is the whole value, what follows its scheme, or name and password of `Basic`.
    """
    values = [value.decode("latin-1").strip() for name, value in headers if name in KEY_HEADERS]
    return tuple(key_hash(text) for value in values for text in _texts(value) if text)


def _texts(value: str) -> tuple[str, ...]:
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "basic":
        return _basic(rest)
    return (value, rest.strip()) if rest or scheme.lower() != "bearer" else ()


def _basic(coded: str) -> tuple[str, ...]:
    try:
        name, _, password = b64decode(coded.strip(), validate=True).decode("latin-1").partition(":")
    except binascii.Error:
        return ()
    return name, password
