"""The client asked for a task called `undefined` or `null`: the reply before had no id for it."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Exchange, Finding, Sighting, asked_id, json_of


def _look(evidence: Evidence) -> Iterator[Sighting]:
    asked = [entry for entry in evidence.exchanges() if _for_nothing(evidence, entry)]
    if not asked:
        return
    first = asked[0]
    before = [entry for entry in evidence.exchanges("create") if entry.seq < first.seq]
    told = (before[-1].seq,) if before else ()
    where = first.path + (f"?{first.query}" if first.query else "")
    what = f"{first.method} {where} asks for a task that no reply ever named"
    if before:
        what += _said_before(evidence, before[-1])
    yield Sighting(what, (*told, *(entry.seq for entry in asked)))


def _for_nothing(evidence: Evidence, entry: Exchange) -> bool:
    named = asked_id(evidence, entry)
    return named is not None and evidence.judging(entry).unset_id(named)


def _said_before(evidence: Evidence, created: Exchange) -> str:
    """What the creation before it was answered, if that explains the id."""
    if not evidence.means_success(created):
        return f"; the creation before it was refused with {evidence.status(created)}"
    named = evidence.judging(created).created_id(json_of(created.reply_body))
    return "" if named else "; the creation before it succeeded, but its reply named no task id"


FINDING = Finding(
    "ignored_envelope_code",
    "error",
    "used a task id that no reply had named",
    "Kie answers HTTP 200 even when it refuses. Then `code` is not 200, and there is no `data`. A "
    "client that looks only at the HTTP status goes on with a task id that does not exist. So does a "
    "client that does not look whether the id of a success is null or missing.",
    "After every call, first check `code === 200`, and check that the task id is a text that is "
    "not empty. Only then use the rest of the reply.",
    "Calls whose task id is empty or is a word like `undefined`, in the path, the query or the "
    "body.",
    "A task id that a reply has named.",
    _look,
)
