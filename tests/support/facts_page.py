"""Draws docs/reference/facts-*.md: what is known of a provider, who says so, and how old it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from contracts.facts import STRENGTHS, Fact, facts, sources
from mockserver.engine.registry import Registry

NAMES = {"apiyi": "APIYI", "kie": "Kie.ai", "xcompute": "xcompute"}
PROVIDERS = {p.name: p for p in Registry("mockserver.providers", "PROVIDER").all()}
NOT_NOTED = "not noted"
GIVEN = "as given"
HEAD = """# Facts of {name}

Made from `contracts/{provider}` by `python -m tests.support.generate_docs`.

Every rule of the contracts is here with its source. A source is a seed (a document that this project
was given), a recorded answer, an observed one (somebody wrote it down), documentation, client code, or
a conclusion. The order is that of their weight: {order}.
A date says when the source was last seen to say so. A year without a month means a day that
nobody noted. "{given}" is said of a seed, which does not change. "{not_noted}" means that nobody wrote
the date down, so it may be old: such a fact is assumed.
[What changed by default](likeness.md) tells what the newest of these facts changed in the mock."""


def facts_page(provider: str) -> Callable[[], str]:
    """The page of one provider."""

    def page() -> str:
        found = facts(provider)
        head = HEAD.format(
            name=NAMES[provider],
            provider=provider,
            order=", ".join(STRENGTHS),
            not_noted=NOT_NOTED,
            given=GIVEN,
        )
        parts = [head, *_age(found), *_switches(provider), *_assumed(found), *_facts(found)]
        return "\n\n".join([*parts, *_sources(provider)]) + "\n"

    return page


def _age(found: tuple[Fact, ...]) -> list[str]:
    rows = []
    for message, group in groupby(found, _message):
        told = list(group)
        newest = max(fact.confirmed for fact in told)
        undated = sum(_confirmed(fact) == NOT_NOTED for fact in told)
        rows.append((f"`{message}`", str(len(told)), newest or _confirmed(told[0]), str(undated)))
    text = "When each message was last confirmed: the newest date of all its facts."
    heads = ("message", "facts", "last confirmed", "facts without a date")
    return ["## Age", text, _table(heads, rows)]


def _switches(provider: str) -> list[str]:
    rows = [
        (f"`{switch.name}`", f"`{value}`" + (" (default)" if number == 0 else ""), text)
        for switch in PROVIDERS[provider].dialect
        for number, (value, text) in enumerate(switch.values.items())
    ]
    text = "Where sources disagree, the mock can speak either way."
    return [
        "## Dialect switches",
        text,
        _table(("switch", "value", "what it is, and who says so"), rows),
    ]


def _assumed(found: tuple[Fact, ...]) -> list[str]:
    rows = [(f"`{fact.where}`", fact.says, fact.said_by) for fact in found if fact.is_assumed]
    text = "No source says these, or not of this provider. The first real answer may be different."
    return ["## Assumed", text, _table(("where", "what", "concluded from"), rows)]


def _facts(found: tuple[Fact, ...]) -> list[str]:
    parts = ["## Facts"]
    for message, group in groupby(found, _message):
        rows = [
            (
                f"`{fact.where}`",
                fact.says + (f" ({fact.dialect})" if fact.dialect not in fact.says else ""),
                fact.strength or "assumed",
                _confirmed(fact),
                fact.said_by,
            )
            for fact in group
        ]
        heads = ("where", "what", "strength", "last confirmed", "sources")
        parts += [f"### {message}", _table(heads, rows)]
    return parts


def _sources(provider: str) -> list[str]:
    rows = [
        (
            source.name,
            source.strength,
            source.place or "not kept",
            source.date or (GIVEN if source.strength == "seed" else NOT_NOTED),
        )
        for source in sources(provider).values()
    ]
    return ["## Sources", _table(("source", "strength", "place", "date"), rows)]


def _confirmed(fact: Fact) -> str:
    return fact.confirmed or (GIVEN if fact.strength == "seed" else NOT_NOTED)


def _message(fact: Fact) -> str:
    return fact.where.split(".")[0]


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    cells = (
        " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) for row in lines
    )
    return "\n".join(f"| {row} |" for row in cells)
