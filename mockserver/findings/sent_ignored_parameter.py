"""A parameter was sent that the provider does not know and silently ignores."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from mockserver.domain.evidence import SUBMISSIONS, Evidence
from mockserver.domain.fields import fields_of
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.judging import Parameters


def _look(evidence: Evidence) -> Iterator[Sighting]:
    seen: dict[str, list[int]] = {}
    for entry in evidence.exchanges(*SUBMISSIONS, "upgrade"):
        parameters = evidence.judging(entry).parameters.get(entry.operation)
        fields = fields_of(entry)
        if parameters is None or fields is None:
            continue
        for name, value in fields.items():
            if name not in parameters.known and value is not None:
                seen.setdefault(_told(name, parameters), []).append(entry.seq)
    for what, seqs in seen.items():
        yield Sighting(what, tuple(seqs))


def _told(name: str, parameters: Parameters) -> str:
    """What is wrong with a name: what the provider goes by, or which name comes near."""
    if name in parameters.instead:
        return f"`{name}` is ignored: {parameters.instead[name]}"
    plain = {_plain(known): known for known in sorted(parameters.known)}
    near = get_close_matches(_plain(name), plain, n=1, cutoff=0.75)
    return f"`{name}` is ignored" + (f"; did you mean `{plain[near[0]]}`?" if near else "")


def _plain(name: str) -> str:
    """A name whatever its case, its underscores and the brackets of a form's lists."""
    return name.lower().replace("_", "").removesuffix("[]")


FINDING = Finding(
    "sent_ignored_parameter",
    "warning",
    "sent a parameter that the provider silently ignores",
    "Providers do not refuse what they do not know. A misspelt `callbackUrl` (Kie writes "
    "`callBackUrl`) means that no callback ever comes, and no error says so.",
    "Spell parameters as the provider's documents do, and leave out what they do not list.",
    "The names of the fields of a creation's JSON or form, against those that the provider's "
    "documents list.",
    "Names that are listed, or values that are null.",
    _look,
)
