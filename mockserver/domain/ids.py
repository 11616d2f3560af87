"""Ids that look like the providers', made from (seed, ordinal, virtual time) alone."""

from __future__ import annotations

from mockserver.domain.chance import digest

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _in_base(number: int, alphabet: str, length: int) -> str:
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        letters.append(alphabet[index])
    return "".join(reversed(letters))


def hex32(seed: str, ordinal: int, at_ms: int) -> str:
    """32 lower-case hex digits, like Kie's recorded task ids."""
    return digest(seed, "id", ordinal, at_ms).hex()


def token(seed: str, ordinal: int, at_ms: int, length: int = 24) -> str:
    """`length` letters and digits."""
    return _in_base(
        int.from_bytes(digest(seed, "id", ordinal, at_ms, size_bytes=32), "big"), _BASE62, length
    )


def ulid(seed: str, ordinal: int, at_ms: int) -> str:
    """A ULID: ten characters of time, sixteen of chance, upper-case Crockford."""
    chance = int.from_bytes(digest(seed, "id", ordinal, at_ms, size_bytes=10), "big")
    return _in_base(at_ms, _CROCKFORD, 10) + _in_base(chance, _CROCKFORD, 16)


def uuid(seed: str, ordinal: int, at_ms: int, kind: str = "uuid") -> str:
    """A version 4 UUID in its usual form."""
    raw = bytearray(digest(seed, kind, ordinal, at_ms))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def key_hash(key: str) -> str:
    """What is kept of an API key: enough to tell two keys apart, not enough to use one."""
    return digest("key", key, size_bytes=6).hex()
