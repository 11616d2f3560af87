"""What a creation asks for, without the parts that do not matter: seeds and ids."""

from __future__ import annotations

import re
from typing import Any

from mockserver.domain.finding.evidence import Evidence, fingerprint
from mockserver.domain.finding.followed import Job
from mockserver.domain.journal.fields import fields_of
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.provider.judging import UNLISTED

SHARED_WORDS = 0.8  # of the shorter prompt
# A word, or one sign of a script that has no blanks between words.
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]|[^\W\u2e80-\u9fff\uac00-\ud7af]+")


def wish(evidence: Evidence, entry: Exchange) -> tuple[Any, ...]:
    """Two creations by the same client with the same value ask for the same job."""
    parameters = evidence.judging(entry).parameters.get(entry.operation, UNLISTED)
    fields = fields_of(entry)
    if fields is None or entry.request_digest:
        return fingerprint(entry)
    asked = (
        fields.keys() if parameters.known is None else parameters.known
    ) - parameters.incidental
    kept = sorted((name, repr(value)) for name, value in fields.items() if name in asked)
    return entry.provider, entry.path, entry.key, tuple(kept)


def is_near(first: Job, later: Job) -> bool:
    """Whether two jobs have nearly the same prompt."""
    one, other = _words(first.task.prompt), _words(later.task.prompt)
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 2 < longer:  # one common word is in prompts of every kind
        return False
    return bool(shorter) and len(one & other) >= SHARED_WORDS * shorter


def _words(prompt: str) -> frozenset[str]:
    return frozenset(_WORD.findall(prompt.lower()))
