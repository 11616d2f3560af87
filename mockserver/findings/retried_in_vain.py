"""The client sent a request again, unchanged, although the refusal was final."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from mockserver.sdk.finding import (
    SUBMISSIONS,
    Evidence,
    Exchange,
    Finding,
    Sighting,
    fingerprint,
    repeats,
    wish,
)


def _look(evidence: Evidence) -> Iterator[Sighting]:
    asked = [e.seq for e in evidence.exchanges("poll", "content", "upgrade", "account")]
    for run in repeats(evidence.exchanges(), partial(_alike, evidence)):
        vain = [
            (first, again)
            for first, again in pairwise(run)
            if evidence.is_final_refusal(first) and not _asked_anew(first, again, asked)
        ]
        if not vain:
            continue
        method, path = run[0].method, run[0].path
        what = f"{method} {path} was refused with {evidence.status(vain[0][0])} and sent again "
        times = "once" if len(vain) == 1 else f"{len(vain)} times"
        seqs = (vain[0][0].seq, *(again.seq for _, again in vain))
        yield Sighting(what + times, seqs, run[0].task_id)


def _alike(evidence: Evidence, entry: Exchange) -> tuple[Any, ...]:
    """What makes two calls the same.

    For creations it is the wish (the seed does not count), for other calls the bytes.
    """
    return wish(evidence, entry) if entry.call_phase in SUBMISSIONS else fingerprint(entry)


def _asked_anew(first: Exchange, again: Exchange, asked: Sequence[int]) -> bool:
    """Whether the client asked for a new link before it repeated a download.

    The new link may be equal to the old one.
    """
    later = bisect_right(asked, first.seq)
    return first.call_phase == "download" and later < len(asked) and asked[later] < again.seq


FINDING = Finding(
    "retried_in_vain",
    "warning",
    "retried what cannot succeed",
    "A refused key, an empty balance or a wrong field stays refused. The retries cost time, count "
    "against rate limits, and hide the real message from your user.",
    "Retry only 408, 425, 429 and 503. Retry reads also after 500, 502 and 504. Show every other "
    "error at once. For Kie, look at `code` in the body: its HTTP status is 200.",
    "A reply that says that the request can never succeed, and the same request after it. Two "
    "creations are the same if they differ only in seeds and callback addresses.",
    "Another request, or another reply in between: after the client asked for a new link, it may "
    "try again.",
    _look,
)
