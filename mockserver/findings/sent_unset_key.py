"""The client made a call with a key that was never set."""

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
    "If the key is `undefined`, `null`, `None`, `${KIE_API_KEY}` or empty, somebody forgot to set "
    "an environment variable. Here such a key may open its own sandbox. The real provider answers "
    "401 to every call.",
    "Read the key once, at the start. If it is missing or empty, stop with a clear message.",
    "Calls whose key is empty or is a word like `undefined`. If there is only one sandbox, it "
    "also shows the calls whose key belongs to no sandbox.",
    "A key that was set.",
    _look,
)
