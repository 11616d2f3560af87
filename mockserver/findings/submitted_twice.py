"""The same job was submitted again although the first answer left open whether it was accepted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockserver.domain.evidence import Evidence, repeats, seconds
from mockserver.domain.finding import Finding, Sighting


def _look(evidence: Evidence) -> Iterator[Sighting]:
    sent = evidence.sent()
    for run in repeats(evidence.exchanges("create", "stream")):
        for first, again in pairwise(run):
            if not evidence.is_ambiguous(first, sent):
                continue
            came = "was accepted, so the job is paid twice" if first.task_id else "might have been"
            what = (
                f"{first.method} {first.path} was sent again after "
                f"{seconds(evidence.gap_ms(first, again))}; the first one {came}"
            )
            yield Sighting(what, (first.seq, again.seq), again.task_id)


FINDING = Finding(
    "submitted_twice",
    "error",
    "submitted twice after an ambiguous failure",
    "A lost reply or a 500, 502 or 504 does not say whether the job was accepted. No provider has an "
    "idempotency key here: a repeated creation is a second job, and both are paid.",
    "Repeat a creation only when it is certain that nothing was accepted (no connection, 429, 503). "
    "Otherwise stop, and tell your user what is known. The OpenAI SDK repeats by itself: set "
    "max_retries=0 for creations.",
    _look,
)
