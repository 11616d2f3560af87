"""The client sent its API key to the host of the videos."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting


def _look(evidence: Evidence) -> Iterator[Sighting]:
    seqs = tuple(entry.seq for entry in evidence.exchanges("download") if entry.key)
    if seqs:
        times = "once" if len(seqs) == 1 else f"{len(seqs)} times"
        yield Sighting(f"the media host got the API key {times}", seqs)


FINDING = Finding(
    "key_to_media_host",
    "error",
    "sent the key to the media host",
    "Videos are on other people's hosts, and redirects lead to more hosts. Anybody who reads the "
    "header can spend your money.",
    "Download with a client that has no default headers. Never send Authorization to a URL that "
    "came from a reply.",
    "Requests for videos with a header whose value (or Basic password) is a key of this sandbox.",
    "Requests without the key. Other credentials do not count.",
    _look,
)
