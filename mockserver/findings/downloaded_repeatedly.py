"""The same video was downloaded far more often than once."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence
from mockserver.domain.finding import Finding, Sighting

ENOUGH = 3  # a preview, the download, and one for luck


def _look(evidence: Evidence) -> Iterator[Sighting]:
    whole = {of for of, performed in evidence.sent().items() if performed.detail.get("whole")}
    fetched: dict[str, list[int]] = {}
    for entry in evidence.exchanges("download"):
        if entry.method == "GET" and entry.status == 200 and entry.seq in whole:
            fetched.setdefault(entry.path, []).append(entry.seq)
    for path, seqs in fetched.items():
        if len(seqs) > ENOUGH:
            yield Sighting(f"{path} was downloaded whole {len(seqs)} times", tuple(seqs))


FINDING = Finding(
    "downloaded_repeatedly",
    "warning",
    "downloaded far more than once",
    "The provider's host is no content delivery network: links expire, downloads are throttled, and "
    "every user waits for a file that could lie next door.",
    "Download once, store the file, and serve it from your own storage.",
    _look,
)
