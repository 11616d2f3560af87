"""A secret was sent in a URL."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.journal import REDACTED


def _look(evidence: Evidence) -> Iterator[Sighting]:
    exposed = [entry for entry in evidence.exchanges() if REDACTED in entry.query]
    if exposed:
        first = exposed[0]
        what = f"{first.method} {first.path}?{first.query} carries a secret"
        yield Sighting(what, tuple(entry.seq for entry in exposed))


FINDING = Finding(
    "key_in_url",
    "error",
    "sent the key in a URL",
    "URLs are written into access logs, proxies, browser histories and error reports; a key in them "
    "is public sooner or later.",
    "Send the key in the Authorization header and nowhere else.",
    _look,
)
