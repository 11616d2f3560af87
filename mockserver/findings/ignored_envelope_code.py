"""A task called `undefined` was asked for: an error envelope was read as success."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Exchange, Finding, Sighting, asked_id


def _look(evidence: Evidence) -> Iterator[Sighting]:
    asked = [entry for entry in evidence.exchanges() if _for_nothing(evidence, entry)]
    if not asked:
        return
    first = asked[0]
    before = [entry for entry in evidence.exchanges("create") if entry.seq < first.seq]
    told = (before[-1].seq,) if before else ()
    where = first.path + (f"?{first.query}" if first.query else "")
    what = f"{first.method} {where} asks for a task that no reply ever named"
    yield Sighting(what, (*told, *(entry.seq for entry in asked)))


def _for_nothing(evidence: Evidence, entry: Exchange) -> bool:
    named = asked_id(evidence, entry)
    return named is not None and evidence.judging(entry).unset_id(named)


FINDING = Finding(
    "ignored_envelope_code",
    "error",
    "took a refusal for success",
    "Kie answers HTTP 200 even when it refuses, with `code` other than 200 and no `data`. A client "
    "that looks at the status alone goes on with a task id that does not exist.",
    "After every call check `code === 200`, and that the task id is a text that is not empty, before "
    "anything else is done with the reply.",
    "Calls whose task id is empty or reads like `undefined`, in the path, the query or the body.",
    "An id that a reply has named.",
    _look,
)
