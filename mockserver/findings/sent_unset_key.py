"""A call was made with a key that was never set."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, is_unset


def _look(evidence: Evidence) -> Iterator[Sighting]:
    seqs = tuple(entry.seq for entry in evidence.exchanges() if is_unset(entry.key))
    if seqs:
        times = "once" if len(seqs) == 1 else f"{len(seqs)} times"
        what = f"a call was made {times} with a key that is empty or reads like `undefined`"
        yield Sighting(what, seqs)


FINDING = Finding(
    "sent_unset_key",
    "error",
    "sent a key that was never set",
    "`undefined`, `null`, `None`, `${KIE_API_KEY}` or nothing at all in the place of a key is an "
    "environment variable that nobody set. Here it may open a sandbox of its own; the provider "
    "answers 401 to everything.",
    "Read the key once, at the start, and stop with a clear message when it is missing or empty.",
    "Calls whose key is empty or reads like `undefined`. What came without a key that any "
    "sandbox has is shown where there is only one sandbox.",
    "A key that was set.",
    _look,
)
