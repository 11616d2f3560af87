"""What the contracts state of a provider: each fact with its sources, their strength, and their
dates.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from contracts.problem import shown
from contracts.registry import documents, life_cycle, listed_sources

STRENGTHS = ("seed", "recorded", "observed", "documented", "client code", "inferred")
"""From the strongest to the weakest. The stronger of two sources wins."""
_BEGINNINGS = {
    "seed": "seed",
    "recorded": "recorded",
    "observed": "observed",
    "client (observed": "observed",
    "docs": "documented",
    "code": "client code",
    "client": "client code",
    "composed": "inferred",
    "inferred": "inferred",
}
_NAMED = ("properties", "$defs", "states", "tasks", "streams", "kinds")
_PARTS = ("advice", "limits", "progress", "read")
_RULES = ("const", "enum", "pattern", "type", "minimum", "maximum", "required")


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who states facts."""

    name: str
    """As `x-source` names it."""
    strength: str
    """One of STRENGTHS."""
    place: str
    """Repository and path, or page, or document with line; empty if it was not kept."""
    date: str
    """When it was last seen; empty if nobody noted it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A rule of a schema or of a life cycle."""

    where: str
    """Message and fields, such as `record_failed.data.errorCode`."""
    says: str
    sources: tuple[Source, ...]
    is_assumed: bool
    """No source says so, or only a conclusion."""
    dialect: str = ""
    """`switch: value` if it is one side of a contradiction."""

    @property
    def strength(self) -> str:
        """The strength of its strongest source."""
        return min((s.strength for s in self.sources), key=STRENGTHS.index, default="")

    @property
    def said_by(self) -> str:
        """Its sources. A seed has its line."""
        lines = (source.place.rpartition(", line ") for source in self.sources)
        ends = ((f", line {number}" if found else "") for _, found, number in lines)
        return "; ".join(s.name + end for s, end in zip(self.sources, ends, strict=True))

    @property
    def confirmed(self) -> str:
        """When the newest of its sources was seen; empty if nobody noted it."""
        return max((source.date for source in self.sources), default="")


def strength_of(name: str) -> str:
    """Read the strength of a source from the beginning of its name; empty if it has no strength."""
    fitting = (word for word in _BEGINNINGS if name.startswith(word))
    return _BEGINNINGS.get(max(fitting, key=len, default=""), "")


@cache
def sources(provider: str) -> dict[str, Source]:
    """Return the sources that `sources.json` of a provider lists, by name."""
    listed = listed_sources(provider)["sources"]
    return {
        name: Source(name, strength_of(name), entry["place"], entry["date"])
        for name, entry in listed.items()
    }


@cache
def facts(provider: str) -> tuple[Fact, ...]:
    """Return every fact that a schema or the life cycle gives a source."""
    found: list[Fact] = []
    for name, document in documents(provider).items():
        found += _below(provider, document, name.removesuffix(".json"))
    found += _below(provider, life_cycle(provider), "lifecycle")
    return tuple(found)


def _below(provider: str, node: Any, where: str) -> Iterator[Fact]:
    if isinstance(node, list):
        for item in node:
            yield from _below(provider, item, where)
    if not isinstance(node, dict):
        return
    if "x-source" in node or "x-assumed" in node:
        yield _fact(provider, node, where)
    for key, part in node.items():
        if key in _NAMED:
            for name, item in part.items():
                yield from _below(provider, item, f"{where}.{name}")
        elif key in _PARTS:
            yield from _below(provider, part, f"{where}.{key}")
        elif key != "x-source":
            yield from _below(provider, part, where)


def _fact(provider: str, node: dict[str, Any], where: str) -> Fact:
    given = node.get("x-source", [])
    names = [given] if isinstance(given, str) else given
    dialect = ", ".join(f"{switch}: {word}" for switch, word in node.get("x-dialect", {}).items())
    says = _says(node)
    told = tuple(_source(provider, name, where, says) for name in names)
    guessed = all(source.strength == "inferred" for source in told)
    return Fact(where, says, told, guessed or bool(node.get("x-assumed")), dialect)


def _source(provider: str, name: str, where: str, says: str) -> Source:
    known = sources(provider).get(name) or Source(name, strength_of(name), "", "")
    lines = listed_sources(provider)["lines"].get(name, {})
    line = lines.get(f"{where}: {says}") or lines.get(where)
    return replace(known, place=f"{known.place}, line {line}") if line else known


def _says(node: dict[str, Any]) -> str:
    text = node.get("title") or node.get("description")
    rules = [f"{word} {shown(node[word])}" for word in _RULES if word in node]
    return str(text) if text else "; ".join(rules) or "as its parts say"
