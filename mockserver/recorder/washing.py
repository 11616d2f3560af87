"""What never reaches the disk: keys, cookies, signed queries, and fields that the user names.

The journal's redaction does the most of it. A tape needs more: it holds whole bodies of a real
provider, whose links are signed.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from mockserver.domain.journal.redaction import (
    HINTS,
    clean_body,
    clean_headers,
    clean_path,
    clean_query,
    credentials,
    is_secret_name,
    mark,
)
from mockserver.domain.reply.reply import Headers
from mockserver.recorder.signed import hidden, is_signature, spelt_out, without_signatures

MOST_CODINGS = 3  # a link in a link in a link
LONG = 12  # signs that a secret needs to be sought by its value
_URL_SAFE = str.maketrans("+/", "-_")
_NAME = r"([\w.\[\]-]{2,80})"
# Pairs that no reader of JSON or of a form finds: in JSON that is text in JSON, in a list, and in
# plain text such as a path.
_PAIRS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf'(\\+"){_NAME}(\\+"\s*:\s*\\+")([^"\\]+)(\\+")',
        rf'(\\*"){_NAME}(\\*"\s*:\s*\[\s*\\*")([^\]]+?)(\\*"\s*\])',
        rf"(?<![\w.?&%-])(){_NAME}(=[\"']?)([^\s\"'<>\\&,;)]{{8,}})()",
        rf"(?<![\w\"'.?&%-])(){_NAME}(:\s?)((?=\S*\d)[^\s\"'<>\\&,;)]{{{LONG},}})()",
        rf"('){_NAME}('\s*:\s*')([^']+)(')",
    )
)

_PART = re.compile(r"(?i)(;\s*name=\"?([^\";\r\n]+)\"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)([^\r\n]*)")


class Washer:
    """Takes secrets out of what is to be kept. It learns the keys that it has seen, for good.

    `fields` are names of headers, parameters and fields of bodies; letters of either size.
    """

    def __init__(self, fields: Iterable[str] = ()) -> None:
        self._fields = frozenset(name.lower() for name in fields)
        self._secrets: tuple[str, ...] = ()
        self._coded: dict[str, str] = {}  # the same in base 64, with their marks

    def learn(self, headers: Headers, url: str = "") -> None:
        """Keeps the credentials of a request in mind: they are sought everywhere from now on."""
        pairs = parse_qsl(url.partition("?")[2])
        named = ((b"key", value.encode()) for name, value in pairs if is_secret_name(name))
        new = set(credentials((*headers, *named))) - set(self._secrets)
        if new:
            self._secrets = tuple(sorted({*self._secrets, *new}, key=len, reverse=True))
            coded = {own: mark(key) for key in new for own in _codings(key) if len(own) >= LONG}
            self._coded.update(coded)

    def headers(self, headers: Headers) -> Headers:
        """Headers without those that carry keys; of cookies there is a hash."""
        kept = clean_headers(headers, self._secrets)
        return tuple((name, self._header(name, value)) for name, value in kept)

    def _header(self, name: bytes, value: bytes) -> bytes:
        text = value.decode("latin-1")
        if name.decode("latin-1").lower() in self._fields:
            return mark(text).encode()
        return self.body(text.encode()).decode().encode("latin-1", "replace")

    def names(self, name: str) -> bool:
        """Whether the user has said that what is called so is secret."""
        return name.lower() in self._fields

    def value(self, value: str) -> str:
        """The value of a parameter or header, decoded already."""
        if self._is_secret(value):
            return mark(value)
        return self.body(value.encode("utf-8", "replace")).decode()

    def url(self, url: str) -> str:
        """A URL; of a signed query a hash is left, and of a named parameter too."""
        bare, mark_of_query, query = url.partition("?")
        bare = clean_path("/".join(map(self._segment, bare.split("/"))), self._secrets)
        bare = self.body(bare.encode()).decode()
        return f"{bare}?{self._query(query)}" if mark_of_query else bare

    def _segment(self, segment: str) -> str:
        return quote(mark(segment), safe="") if self._is_secret(segment) else segment

    def _query(self, query: str) -> str:
        parts = [self._parameter(part) for part in query.split("&")]
        cleaned = clean_query("&".join(parts), self._secrets)
        if is_signature(query):
            return hidden(query)
        return without_signatures(self._decoded(cleaned))

    def _decoded(self, text: str) -> str:
        for own, marked in self._coded.items():
            text = text.replace(own, marked)
        return text

    def _parameter(self, part: str) -> str:
        name, equals, value = part.partition("=")
        named = unquote(name).lower() in self._fields
        secret = equals and (named or self._is_secret(value))
        return f"{name}={quote(mark(unquote(value)), safe='')}" if secret else part

    def _is_secret(self, value: str) -> bool:
        """Whether a known key is in it, however often it is percent-encoded."""
        for _ in range(MOST_CODINGS):
            value = unquote(value)
            if any(secret in value for secret in self._secrets):
                return True
        return False

    def body(self, body: bytes, content_type: str = "") -> bytes:
        """A body of text: JSON, events, a form, or anything else that is UTF-8."""
        text = self._spelt_out(body.decode("utf-8", "replace"))
        text = without_signatures(self._decoded(text))
        if HINTS.search(text.encode().lower()):
            for pattern in _PAIRS:
                text = pattern.sub(_named, text)
        if self._fields or "form" in content_type:
            text = self._without_fields(text, content_type)
        return clean_body(text.encode(), self._secrets)

    def _spelt_out(self, text: str) -> str:
        """The text with JSON's `\\u0041` as plain signs, but only if a known key is hidden so."""
        if "\\u00" not in text:
            return text
        plain = spelt_out(text)
        hides = any(plain.count(secret) > text.count(secret) for secret in self._secrets)
        return plain if hides else text

    def _without_fields(self, text: str, content_type: str) -> str:
        if "x-www-form-urlencoded" in content_type:
            return self._query(text)
        if "multipart" in content_type:
            return _PART.sub(self._part, text)
        if text.lstrip().startswith("data:"):
            return "\n".join(self._event(line) for line in text.split("\n"))
        return self._json(text)

    def _part(self, found: re.Match[str]) -> str:
        head, name, value = found.groups()
        return head + mark(value) if name.lower() in self._fields else found[0]

    def _event(self, line: str) -> str:
        name, colon, data = line.partition(":")
        return f"{name}:{self._json(data)}" if colon and name == "data" else line

    def _json(self, text: str) -> str:
        """JSON without the named fields, at any depth and in JSON that is text; else the text."""
        try:
            content = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return text
        changed = self._walked(content)
        return text if changed == content else msgspec.json.encode(changed).decode()

    def _walked(self, content: Any) -> Any:
        if isinstance(content, dict):
            return {name: self._field(name, value) for name, value in content.items()}
        if isinstance(content, list):
            return [self._walked(item) for item in content]
        if isinstance(content, str) and content[:1] in ("{", "["):
            return self._json(content)
        return content

    def _field(self, name: str, value: Any) -> Any:
        if name.lower() in self._fields:
            return mark(value if isinstance(value, str) else msgspec.json.encode(value).decode())
        return self._walked(value)


def _codings(secret: str) -> Iterator[str]:
    """A secret as it may stand in base 64, behind whatever: without the signs that it shares."""
    for before in range(3):
        coded = b64encode(b"\0" * before + secret.encode()).decode()
        own = coded[-(-before * 8 // 6) : (before + len(secret.encode())) * 8 // 6]
        yield own
        yield own.translate(_URL_SAFE)


def _named(found: re.Match[str]) -> str:
    """A value beside a name that tells a secret; what stands around both stays."""
    before, name, between, value, after = found.groups()
    return before + name + between + mark(value) + after if is_secret_name(name) else found[0]


def recut(whole: bytes, cuts: Sequence[int], change: Callable[[bytes], bytes]) -> list[int]:
    """Where pieces of a text end once it is changed. A piece may end inside of what is changed:
    then it ends where the change of all before it does.
    """
    changed = change(whole)
    if changed == whole:
        return list(cuts)
    ends: list[int] = []
    for cut in cuts:
        at = len(changed) if cut >= len(whole) else min(len(change(whole[:cut])), len(changed))
        ends.append(max(at, ends[-1] if ends else 0))
    return ends
