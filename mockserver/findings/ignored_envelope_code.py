"""A task called `undefined` was asked for: an error envelope was read as success."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.domain.evidence import Evidence
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.journal import Entry

_NOTHING = r"(?:undefined|none|null|nil|nan|\[object object\]|%5bobject(?:%20|\+)object%5d)"
_IN_PATH = re.compile(rf"(?i)/(?:videos|tasks)/{_NOTHING}(?:/|$)")
_IN_QUERY = re.compile(rf"(?i)(?:^|&)(?:taskId|task_id|id)=(?:{_NOTHING})?(?:&|$)")
_IN_BODY = re.compile(rf'(?i)"task_?id"\s*:\s*(?:null|"{_NOTHING}?")'.encode())


def _look(evidence: Evidence) -> Iterator[Sighting]:
    calls = evidence.exchanges("poll", "content", "upgrade")
    asked = [entry for entry in calls if _for_nothing(entry)]
    if not asked:
        return
    first = asked[0]
    before = [entry for entry in evidence.exchanges("create") if entry.seq < first.seq]
    told = (before[-1].seq,) if before else ()
    where = first.path + (f"?{first.query}" if first.query else "")
    what = f"{first.method} {where} asks for a task that no reply ever named"
    yield Sighting(what, (*told, *(entry.seq for entry in asked)))


def _for_nothing(entry: Entry) -> bool:
    return bool(
        _IN_PATH.search(entry.path)
        or _IN_QUERY.search(entry.query)
        or _IN_BODY.search(entry.request_body)
    )


FINDING = Finding(
    "ignored_envelope_code",
    "error",
    "took a refusal for success",
    "Kie answers HTTP 200 even when it refuses, with `code` other than 200 and no `data`. A client "
    "that looks at the status alone goes on with a task id that does not exist.",
    "After every call check `code === 200`, and that the task id is a text that is not empty, before "
    "anything else is done with the reply.",
    _look,
)
