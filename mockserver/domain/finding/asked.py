"""Which task a recorded call asked for, as the client wrote it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from mockserver.domain.journal.fields import fields_of
from mockserver.domain.provider.judging import UNLISTED

if TYPE_CHECKING:
    from mockserver.domain.finding.evidence import Evidence
    from mockserver.domain.journal.journal import Exchange
    from mockserver.domain.provider.provider import Operation


def asked_id(evidence: Evidence, entry: Exchange) -> str | None:
    """The task id that a call names, as it was sent; None if it names no task.

    An empty id leaves a path that no operation has; the text around it shows what was meant.
    """
    provider = evidence.providers.get(entry.provider)
    if provider is None or entry.call_phase == "download":
        return None
    for operation in provider.operations:
        if operation.method == entry.method and operation.task_param:
            found = _pattern(operation.path, operation.task_param).search(entry.path)
            if found is not None:
                return _named(operation, found, entry)
    return _in_body(evidence, entry)


def _named(operation: Operation[Any], found: re.Match[str], entry: Exchange) -> str:
    if operation.task_param in found.groupdict():
        return unquote(found[operation.task_param])
    return parse_qs(entry.query, keep_blank_values=True).get(operation.task_param, [""])[0]


@lru_cache(maxsize=256)
def _pattern(path: str, name: str) -> re.Pattern[str]:
    """A pattern for an operation's path with any prefix; the segment of the id may be empty."""
    return re.compile(
        re.escape(path).replace(re.escape("{" + name + "}"), f"(?P<{name}>[^/]*)") + "$"
    )


def _in_body(evidence: Evidence, entry: Exchange) -> str | None:
    field = evidence.judging(entry).id_field
    known = evidence.judging(entry).parameters.get(entry.operation, UNLISTED).known
    if not field or field not in (known or ()):
        return None
    value = (fields_of(entry) or {}).get(field)
    return "" if value is None else value if isinstance(value, str) else None
