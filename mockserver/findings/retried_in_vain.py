"""A request that was refused for good was sent again, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockserver.domain.evidence import (
    Evidence,
    effective_status,
    fingerprint,
    is_final_refusal,
    repeats,
)
from mockserver.domain.finding import Finding, Sighting


def _look(evidence: Evidence) -> Iterator[Sighting]:
    for run in repeats(evidence.exchanges()):
        vain = [
            (first, again)
            for first, again in pairwise(run)
            if is_final_refusal(first) and not _asked_anew(evidence, first.seq, again.seq)
        ]
        if not vain:
            continue
        method, path, *_ = fingerprint(run[0])
        what = f"{method} {path} was refused with {effective_status(vain[0][0])} and sent again "
        times = "once" if len(vain) == 1 else f"{len(vain)} times"
        seqs = (vain[0][0].seq, *(again.seq for _, again in vain))
        yield Sighting(what + times, seqs, run[0].task_id)


def _asked_anew(evidence: Evidence, after: int, before: int) -> bool:
    """Whether a download was tried again with a link asked for anew, though it reads the same."""
    calls = evidence.exchanges("poll", "content", "upgrade", "account")
    download = any(e.seq == after and e.call_phase == "download" for e in evidence.entries)
    return download and any(after < call.seq < before for call in calls)


FINDING = Finding(
    "retried_in_vain",
    "warning",
    "retried what cannot succeed",
    "A refused key, an empty balance or a bad field stays refused. The retries cost time, count "
    "against rate limits, and hide the real message from your user.",
    "Retry 408, 425, 429 and 503 alone, and reads also after 500, 502 and 504. Show everything else "
    "at once. For Kie, look at `code` in the body: its HTTP status is 200.",
    _look,
)
