"""Ids that look like the providers' ids. They depend only on a task's own chance and its virtual time."""

from __future__ import annotations

import re
from base64 import b32encode
from binascii import b2a_base64
from struct import Struct as StructFormat

from mockserver.domain.chance.chance import digest

CHANCE_BYTES = 24
KEY = r"[\x21-\x7e]{1,256}"  # what may be an API key: visible ASCII
ON_PURPOSE = "sk-mock-"  # begins a key that chooses a behaviour
_number = int.from_bytes
# Base 64 without its two signs, and base 32 in Crockford's alphabet. The C codec makes both.
_LETTERS = bytes.maketrans(b"+/", b"Zz")
_CROCKFORD = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)
_ULID_CHARS = 26
_UNSET_MARK = "unset"
_UNSET_TEXT = re.compile(
    r"(?i)(?:undefined|none|null|nil|nan|\[object object\]|\$\{[^}]*\}|\$\([^)]*\)|\{\{[^}]*\}\}"
    r"|<[^>]*>|\$[a-z_]\w*|%[a-z_]\w*%)?"
)
_UUID_FIELDS = StructFormat("8s4sx3sx3s12s").unpack  # all but the digits of version and variant
# Times that differ by 1 give very different values, because a reset sandbox begins with the same
# chance again.
_STRETCH = int.from_bytes(digest("stretch", size_bytes=17), "big") | 1


def _mixed(chance: bytes, at_ms: int) -> bytes:
    """Mixes the time (at most 56 bits) into the chance; the result has as many bytes and is as random."""
    return (_number(chance, "big") ^ at_ms * _STRETCH).to_bytes(CHANCE_BYTES, "big")


def near_id(task_id: str) -> str:
    """The id with its last two characters changed."""
    return task_id[:-2] + "".join("1" if old == "0" else "0" for old in task_id[-2:])


def hex32(chance: bytes, at_ms: int) -> str:
    """32 lower-case hex digits, like Kie's recorded task ids."""
    return _mixed(chance, at_ms)[-16:].hex()


def token(chance: bytes, at_ms: int, length: int = 24) -> str:
    """`length` letters and digits, at most 32."""
    coded = b2a_base64(_mixed(chance, at_ms), newline=False)
    return coded[-length:].translate(_LETTERS).decode()


def request_id(seed: str, at_ms: int, length: int = 24) -> str:
    """The id that a gateway gives to a request that it refuses; requests of one moment have the same id."""
    return token(digest(seed, "request", size_bytes=CHANCE_BYTES), at_ms, length)


def ulid(chance: bytes, at_ms: int) -> str:
    """A ULID: ten characters of time, sixteen of chance, upper-case Crockford."""
    number = at_ms << 80 | _number(_mixed(chance, at_ms)[-10:], "big")
    coded = b32encode(number.to_bytes(20, "big")).translate(_CROCKFORD)
    return coded[-_ULID_CHARS:].decode("ascii")


def uuid_of(seed: str) -> bytes:
    """A version 4 UUID in its usual form, from the 32 hex digits of a task's seed."""
    low, mid, high, clock, node = _UUID_FIELDS(seed.encode())
    return b"".join((low, b"-", mid, b"-4", high, b"-a", clock, b"-", node))


def looks_unset(text: str) -> bool:
    """Whether a text is what programs write for a value that was never set.

    That is: an empty text, the words for nothing in programming languages, or a template that was
    not filled in.
    """
    return _UNSET_TEXT.fullmatch(text.strip()) is not None


def key_hash(key: str) -> str:
    """What is kept of an API key: enough to tell two keys apart, but not enough to use one.

    The hash of a key that was never set says so, because this gives no secret away.
    """
    mark = _UNSET_MARK if looks_unset(key) else ""
    return mark + digest("key", key, size_bytes=6).hex()


def is_unset(hashed: str) -> bool:
    """Whether a hash belongs to a key that was never set."""
    return hashed.startswith(_UNSET_MARK)
