"""Secrets are never written down: keys, tokens and passwords are replaced by a short hash.

A secret is found by its position: a header, parameter, field or URL that holds one. If it has 12
characters or more, it is also found by its value in every other place: as it is, percent-encoded,
escaped in JSON, or inside `Basic`. A shorter secret could be a part of any word.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_plus

import msgspec

from mockserver.domain.job.ids import key_hash

if TYPE_CHECKING:
    from mockserver.domain.reply.reply import Headers

SHORTEST_ANYWHERE = 12  # characters that a secret needs to be found by its value
LONG_VALUE = 200  # bytes of a header, or characters of a path, that are too long to remember
DROPPED = frozenset({b"authorization", b"cookie", b"x-api-key", b"proxy-authorization"})
# Ends of names, in small letters and without signs. Short words count only as whole names.
_ENDS = (
    *("apikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "authkey", "clientkey"),
    *("token", "secret", "password", "passwd", "passphrase", "authorization", "cookie", "bearer"),
    *("credential", "credentials"),
)
_WHOLE = frozenset(
    [
        "key",
        "xkey",
        "auth",
        "xauth",
        "pwd",
        "pass",
        "sessionid",
        "sid",
        "sig",
        "signature",
        "jwt",
        "session",
        "jsessionid",
    ]
)
# Every name of a secret contains one of these, so most bodies need no closer look.
HINTS = re.compile(b"key|token|secret|pass|pwd|auth|credential|cookie|bearer|sid|sig|session|jwt")
_NAME = rb"[\w.\[\]-]{2,80}"
_JSON_FIELD = re.compile(
    rb'"(' + _NAME + rb')"(\s*:\s*)(?:"((?:[^"\\]|\\.)*)("|\\?$)|(-?\d[\d.]*))'
)
_FORM_PART = re.compile(
    rb'(?i)(;\s*name="?(' + _NAME + rb')"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)([^\r\n]*)'
)
_USERINFO = re.compile(rb"(?i)(https?(?::|%3a)(?:\\?/|%2f){2})([^\s/?#\"'<>\\@&]{1,600}?)(@|%40)")
_SIGNED = re.compile(rb"(?i)([?&](?:x-[a-z]+-)?signature=)(?!\[redacted )([^\s&\"'<>\\]+)")
_SCHEME = re.compile(rb"(?i)\b(basic|bearer)((?:\s|%20|\+)+)([A-Za-z0-9+/=._~-]{8,})")


def mark(secret: str) -> str:
    """What replaces a secret: its hash, in the form of `Exchange.key`."""
    return f"[redacted {key_hash(secret)}]"


def is_secret_name(name: str) -> bool:
    """Whether a header, parameter or field with this name holds a secret."""
    return _is_secret(name[:LONG_VALUE])


@lru_cache(4096)
def _is_secret(name: str) -> bool:
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return bare in _WHOLE or bare.endswith(_ENDS)


def credentials(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """The long secrets that headers hold, the longest first. They are searched everywhere."""
    values = [value for name, value in headers if _holds_secret(name[:LONG_VALUE])]
    if len(values) == 1 and len(values[0]) <= LONG_VALUE:
        return _known_long(values[0])
    found = {text for value in values for text in _long(value)}
    return tuple(sorted(found, key=len, reverse=True))


@lru_cache(4096)
def _holds_secret(name: bytes) -> bool:
    return is_secret_name(name.decode("latin-1"))


def _long(value: bytes) -> tuple[str, ...]:
    texts = set(_texts(value.decode("latin-1").strip()))
    long = (text for text in texts if len(text) >= SHORTEST_ANYWHERE)
    return tuple(sorted(long, key=len, reverse=True))


_known_long = lru_cache(4096)(_long)


def _texts(value: str) -> Iterator[str]:
    """A credential as a whole, the part after its scheme, and both halves of a `Basic` one."""
    scheme, _, rest = value.partition(" ")
    yield value
    yield rest.strip()
    if scheme.lower() == "basic":
        yield from _pair(rest)


def _pair(coded: str) -> tuple[str, ...]:
    try:
        text = b64decode(coded.strip(), validate=True).decode("latin-1")
    except (NoBase64, ValueError):
        return ()
    return tuple(text.partition(":")[::2]) if ":" in text else ()


def without(text: bytes, secrets: Iterable[str]) -> bytes:
    """A text in which each of these secrets is replaced by its mark, in every spelling."""
    for secret in secrets:
        core, respelt = _respelt(secret)
        if (
            core in text
        ):  # without such a word, the text needs no close look; it may be megabytes long
            text = respelt.sub(mark(secret).encode(), text)
    return text


@lru_cache(256)
def _respelt(secret: str) -> tuple[bytes, re.Pattern[bytes]]:
    """The letters and digits of a secret that no encoder changes, and all ways to write the secret."""
    core = max(re.findall(r"[A-Za-z0-9]*", secret), key=len)
    return core.encode(), re.compile(b"".join(_spellings(char) for char in secret))


def _spellings(char: str) -> bytes:
    code = ord(char)
    # what reads a query makes a space of a plus
    sign = b"[+ ]" if char == "+" else re.escape(char.encode("latin-1", "replace"))
    either = "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in f"{code & 0xFF:02x}")
    # The longer spellings come first: an escaped backslash is two backslashes.
    escaped = f"%{either}|\\\\u00{either}|\\\\".encode()
    return rb"(?:" + escaped + sign + rb"|" + sign + rb")"


def clean_body(body: bytes, secrets: Iterable[str]) -> bytes:
    """A body of any kind: JSON, a form of either kind, or text."""
    if HINTS.search(body.lower()):
        body = _JSON_FIELD.sub(_json_field, body)
        body = _FORM_PART.sub(_form_part, body)
    return clean_text(body, secrets)


def clean_text(text: bytes, secrets: Iterable[str]) -> bytes:
    """Any text: secrets by value, names, passwords and signatures in URLs, and what follows a scheme."""
    text = without(text, secrets)
    if b"@" in text or b"%40" in text:
        text = _USERINFO.sub(_user, text)
    if b"ignature=" in text:
        text = _SIGNED.sub(_signature, text)
    return _SCHEME.sub(_credential, text)


def clean_query(query: str, secrets: Iterable[str] = ()) -> str:
    """A query string, or a body of the same form; parameters with names of secrets lose their values."""
    if not query:
        return query
    parts = [_part(part) for part in query.split("&")]
    return clean_text("&".join(parts).encode("latin-1", "replace"), secrets).decode("latin-1")


def _part(part: str) -> str:
    name, equals, value = part.partition("=")
    if equals and value and is_secret_name(unquote_plus(name)):
        return f"{name}={mark(unquote_plus(value))}"
    return part


def clean_form(body: bytes, secrets: Iterable[str]) -> bytes:
    """A body in the form of a query."""
    return clean_query(body.decode("latin-1"), secrets).encode("latin-1")


def clean_path(path: str, secrets: Iterable[str]) -> str:
    """A path, or a sentence that may quote one."""
    if not path:
        return path
    return (_path if len(path) > LONG_VALUE else _known_path)(path, tuple(secrets))


def _path(path: str, secrets: tuple[str, ...]) -> str:
    return clean_text(path.encode("utf-8", "surrogatepass"), secrets).decode("utf-8", "replace")


_known_path = lru_cache(4096)(_path)  # clients that poll ask for the same path again and again


def clean_headers(headers: Iterable[tuple[bytes, bytes]], secrets: Iterable[str]) -> Headers:
    """Headers as they are kept: some are left out, others lose their value."""
    secrets = tuple(secrets)
    return tuple(
        [
            (name, (_known if _is_short(name, value) else _value)(name, value, secrets))
            for name, value in headers
            if name not in DROPPED
        ]
    )


def _is_short(name: bytes, value: bytes) -> bool:
    return len(name) <= LONG_VALUE and len(value) <= LONG_VALUE


def _value(name: bytes, value: bytes, secrets: tuple[str, ...]) -> bytes:
    if is_secret_name(name.decode("latin-1")):
        return mark(value.decode("latin-1")).encode()
    return clean_text(value, secrets)


_known = lru_cache(4096)(_value)  # a client sends the same headers in each call


def clean_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """What a client sent as JSON, without the secrets that its names and URLs show."""
    return cast("dict[str, Any]", msgspec.json.decode(clean_body(msgspec.json.encode(fields), ())))


def masked_url(url: str) -> str:
    """A URL without the name and password in it."""
    return clean_text(url.encode(), ()).decode()


def _marked(text: bytes) -> bytes:
    return mark(text.decode("utf-8", "replace")).encode()


def _json_field(found: re.Match[bytes]) -> bytes:
    name, colon, text, _, number = found.groups()
    value = text or number
    if not value or not is_secret_name(name.decode("latin-1")):
        return found[0]
    return b'"' + name + b'"' + colon + b'"' + _marked(value) + b'"'


def _form_part(found: re.Match[bytes]) -> bytes:
    head, name, value = found.groups()
    secret = value and is_secret_name(name.decode("latin-1"))
    return head + _marked(value) if secret else found[0]


def _user(found: re.Match[bytes]) -> bytes:
    return found[1] + b"redacted" + found[3]


def _signature(found: re.Match[bytes]) -> bytes:
    return found[1] + mark(unquote_plus(found[2].decode("latin-1"))).encode()


def _credential(found: re.Match[bytes]) -> bytes:
    scheme, gap, value = found.groups()
    is_basic = scheme.lower() == b"basic"
    secret = _pair(value.decode()) if is_basic else len(value) >= SHORTEST_ANYWHERE
    return scheme + gap + _marked(value) if secret else found[0]
