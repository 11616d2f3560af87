"""A key was sent in a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, redacted_in

# Names that mean an API key whosoever it is; a `token` or a `key` may be anything.
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
    "URLs are written into access logs, proxies, browser histories and error reports; a key in them "
    "is public sooner or later.",
    "Send the key in the header that the provider documents (Authorization), and nowhere else.",
    "The hash of a value in the query that is one of the client's keys, or a parameter that "
    "is called `api_key` or the like.",
    "A query without the key. Other parameters called `token` or `key` do not count, nor does the one "
    "in which a provider documents to want the key.",
    _look,
)
