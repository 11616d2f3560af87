"""A callback that came a second time was refused."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, is_success


def _look(evidence: Evidence) -> Iterator[Sighting]:
    taken: dict[tuple[str, bytes], int] = {}
    for entry in evidence.callbacks():
        message = (entry.task_id, entry.request_body)
        if is_success(entry.status):
            taken.setdefault(message, entry.seq)
        elif entry.status >= 400 and message in taken and not evidence.harmed(entry):
            what = (
                f"a callback that had been acknowledged was answered with {entry.status} when it "
            )
            yield Sighting(what + "came again", (taken[message], entry.seq), entry.task_id)


FINDING = Finding(
    "refused_duplicate_callback",
    "warning",
    "refused a duplicate callback",
    "Callbacks come at least once: an answer that is lost on its way makes the provider repeat. "
    "Whoever refuses the second is sent it again, and may be shut off.",
    "Remember which task ids are done, and answer 200 to a repetition without doing anything.",
    "A callback that was acknowledged, and an answer of 4xx or 5xx to the same body later.",
    "An answer of 2xx to the repetition. A copy whose signature was bad may be refused.",
    _look,
)
