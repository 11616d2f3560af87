"""The client sent a key in a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, redacted_in

# These names always mean an API key. A `token` or a `key` may be something else.
_KEY_NAME = re.compile(r"(?i)(?:x-)?api[-_]?key|authorization|bearer")


def _look(evidence: Evidence) -> Iterator[Sighting]:
    keys = evidence.keys()
    exposed = [
        entry
        for entry in evidence.exchanges()
        if any(
            (hashed in keys or _KEY_NAME.fullmatch(name)) and name not in evidence.key_names(entry)
            for name, hashed in redacted_in(entry.query)
        )
    ]
    if exposed:
        first = exposed[0]
        what = f"{first.method} {first.path}?{first.query} carries a key"
        yield Sighting(what, tuple(entry.seq for entry in exposed))


FINDING = Finding(
    "key_in_url",
    "error",
    "sent the key in a URL",
    "URLs are written into access logs, proxies, browser histories and error reports. Sooner or "
    "later a key in a URL becomes public.",
    "Send the key only in the header that the provider documents (Authorization).",
    "A value in the query whose hash is that of one of the client's keys, or a parameter with a "
    "name like `api_key`.",
    "A query without the key. Other parameters called `token` or `key` do not count. If a "
    "provider documents that the key belongs in a parameter, that parameter does not count either.",
    _look,
)
