"""The client sent a parameter that the provider does not know and silently ignores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from mockserver.sdk.finding import (
    SUBMISSIONS,
    UNLISTED,
    Evidence,
    Finding,
    NotJudged,
    Parameters,
    Sighting,
    fields_of,
)


def _look(evidence: Evidence) -> tuple[Sighting, ...] | NotJudged:
    seen: dict[str, list[int]] = {}
    unseen: dict[str, None] = {}
    for entry in evidence.exchanges(*SUBMISSIONS, "upgrade"):
        parameters = evidence.judging(entry).parameters.get(entry.operation, UNLISTED)
        known, fields = parameters.known, fields_of(entry)
        if entry.request_digest:
            unseen[f"of a body of {entry.request_size_bytes} bytes only the beginning is kept"] = (
                None
            )
        elif known is None and fields:
            called = f"{entry.provider} {entry.operation}"
            unseen[f"no document lists the parameters of {called}"] = None
        for path, inner, listed in _levels(fields or {}, parameters):
            for name, value in inner.items():
                if name not in listed and value is not None:
                    told = _told(name, listed, parameters.instead, path)
                    seen.setdefault(told, []).append(entry.seq)
    sightings = tuple(Sighting(what, tuple(seqs)) for what, seqs in seen.items())
    return NotJudged("; ".join(unseen), sightings) if unseen else sightings


def _levels(
    fields: dict[str, Any], parameters: Parameters
) -> Iterator[tuple[str, dict[str, Any], frozenset[str]]]:
    """The fields of a call, then those of its objects: their path, values and listed names."""
    if parameters.known is None:
        return
    yield "", fields, parameters.known
    for name, nested in parameters.nested.items():
        inner, chosen = fields.get(name), fields.get(nested.chosen_by)
        listed = nested.known.get(chosen) if isinstance(chosen, str) else None
        if isinstance(inner, dict) and listed is not None:
            yield f"{name}.", inner, listed


def _told(name: str, known: frozenset[str], instead: Mapping[str, str], path: str) -> str:
    """What is wrong with a name: what the provider uses instead, or which name is similar."""
    if not path and name in instead:
        return f"`{name}` is ignored: {instead[name]}"
    plain = {_plain(one): one for one in sorted(known)}
    near = get_close_matches(_plain(name), plain, n=1, cutoff=0.75)
    hint = f"; did you mean `{path}{plain[near[0]]}`?" if near else ""
    return f"`{path}{name}` is ignored{hint}"


def _plain(name: str) -> str:
    """A name without case, underscores and the brackets of a form's lists."""
    return name.lower().replace("_", "").removesuffix("[]")


FINDING = Finding(
    "sent_ignored_parameter",
    "warning",
    "sent a parameter that the provider silently ignores",
    "Providers do not refuse parameters that they do not know. With a misspelt `callbackUrl` (Kie "
    "writes `callBackUrl`) no callback ever comes, and no error says so.",
    "Spell parameters as the provider's documents do, and leave out parameters that they do not "
    "list.",
    "The names of the fields in a creation's JSON or form, compared with those that the "
    "provider's documents list; an object's fields too, where they list those.",
    "Names that are listed, or values that are null.",
    _look,
)
