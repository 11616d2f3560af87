"""Ids that look like the providers', made from (seed, ordinal, virtual time) alone."""

from __future__ import annotations

from base64 import b32encode
from binascii import b2a_base64

from mockserver.domain.chance import digest, digest_of

# Base 64 without its two signs, base 32 in Crockford's alphabet: both made by the C codec.
_LETTERS = bytes.maketrans(b"+/", b"Zz")
_CROCKFORD = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)
_ULID_CHARS = 26
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


def hex32(seed: str, ordinal: int, at_ms: int) -> str:
    """32 lower-case hex digits, like Kie's recorded task ids."""
    return digest(seed, "id", ordinal, at_ms).hex()


def token(seed: str, ordinal: int, at_ms: int, length: int = 24) -> str:
    """`length` letters and digits, at most 84."""
    raw = digest_of(f"{seed}\x1fid\x1f{ordinal}\x1f{at_ms}", -(-length * 3 // 4))
    return b2a_base64(raw, newline=False).translate(_LETTERS)[:length].decode("ascii")


def ulid(seed: str, ordinal: int, at_ms: int) -> str:
    """A ULID: ten characters of time, sixteen of chance, upper-case Crockford."""
    chance = int.from_bytes(digest(seed, "id", ordinal, at_ms, size_bytes=10), "big")
    coded = b32encode((at_ms << 80 | chance).to_bytes(20, "big")).translate(_CROCKFORD)
    return coded[-_ULID_CHARS:].decode("ascii")


def uuid_of(seed: str) -> str:
    """A version 4 UUID in its usual form, from the 32 hex digits of a task's seed."""
    variant = _VARIANTS[seed[16]]
    return f"{seed[:8]}-{seed[8:12]}-4{seed[13:16]}-{variant}{seed[17:20]}-{seed[20:]}"


def key_hash(key: str) -> str:
    """What is kept of an API key: enough to tell two keys apart, not enough to use one."""
    return digest("key", key, size_bytes=6).hex()
