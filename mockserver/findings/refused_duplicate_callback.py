"""The receiver refused a callback that came a second time."""

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
    "A callback may come more than once: if the answer is lost, the provider repeats it. If your "
    "receiver refuses the second one, the provider sends it again, and may stop sending callbacks "
    "to you.",
    "Remember which task ids are done. Answer 200 to a repeated callback, and do nothing else.",
    "A callback that was acknowledged, and a later answer of 4xx or 5xx to the same body.",
    "An answer of 2xx to the repeated callback. A copy with a bad signature may be refused.",
    _look,
)
