"""Signed queries: parameters that open what a link leads to, in any text and however it is spelt."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote

from mockserver.domain.journal.redaction import is_secret_name, mark

HIDDEN = "reelmock-redacted"  # the one parameter that stands in place of a signed query
# Names of parameters, without signs and in small letters, that make a query a signed one.
_SIGNING = frozenset(
    [
        "policy",
        "keypairid",
        "expires",
        "sign",
        "hmac",
        "wssecret",
        "hdnts",
        "hdnea",
        "googleaccessid",
    ]
)
_FAMILIES = ("xamz", "xgoog", "xoss", "xcos", "qsign")
# What begins a query or a fragment, and its signs: as they are, and as JSON may write them.
_QUERY = re.compile(
    r"(\?|#|\\u003[fF]|\\u0023)((?:\\/|\\u00[0-9a-fA-F]{2}|[^\s\"'<>\\#?)])+)", re.ASCII
)
_CODED = re.compile(r"(?i)(%3f|%23)((?:%[0-9a-f]{2}|[\w.~+-])+)", re.ASCII)
# Printable ASCII as JSON may write it, at any depth; quote and backslash need their escape.
_ESCAPED = re.compile(r"\\+u00((?!22|5[cC])[2-7][0-9a-fA-F])")
_VIDEO = re.compile(r"(?:mp4|webm|mov|m3u8)\Z", re.IGNORECASE)
_LONGEST_ENDING = 4


def spelt_out(text: str) -> str:
    """The text with JSON's escapes of ASCII as plain signs."""
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1]).decode("ascii"), text)


def is_signed(query: str) -> bool:
    """Whether a query string opens what it leads to: a parameter in it is a signature or a secret."""
    plain = spelt_out(query).replace("&amp;", "&")
    return any(_signs(name) for name, _ in parse_qsl(plain, keep_blank_values=True))


def is_signature(query: str) -> bool:
    """Whether the query as a whole is a signature, and no call's parameters with a key among them."""
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    return any(_signs(name) and not is_secret_name(name) for name in names) or any(
        _bare(name) in ("sig", "signature") for name in names
    )


def hidden(query: str) -> str:
    """What stands in place of a signed query."""
    return f"{HIDDEN}={quote(mark(query), safe='')}"


def without_signatures(text: str) -> str:
    """A text with a mark in place of each signed query. Of a link to a video, every query goes."""
    return _CODED.sub(_coded, _QUERY.sub(_replaced, text))


def without_queries(text: str) -> str:
    """A text whose signed links end before their query, so that two signings of a link are the same."""

    def cut(found: re.Match[str]) -> str:
        return "" if found[2].startswith(HIDDEN) or _opens(found) else found[0]

    return _QUERY.sub(cut, text)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _signs(name: str) -> bool:
    bare = _bare(name)
    return bare in _SIGNING or bare.startswith(_FAMILIES) or _ends_signing(bare)


def _ends_signing(bare: str) -> bool:
    return bare.endswith(("signature", "accesskeyid")) or is_secret_name(bare)


def _opens(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - _LONGEST_ENDING) : found.start()]
    return bool(_VIDEO.search(before)) or is_signed(found[2])


def _replaced(found: re.Match[str]) -> str:
    return found[1] + hidden(found[2]) if _opens(found) else found[0]


def _coded(found: re.Match[str]) -> str:
    """A query of a link that is percent-encoded, as a parameter of another one is."""
    query = unquote(found[2])
    return found[1] + quote(hidden(query), safe="") if is_signed(query) else found[0]
