"""Where two sides differ, and how bad that is.

A field that all messages of one side have and no message of the other is added or removed. If the
contract itself makes the field optional, the difference is cosmetic, because two runs may differ in
it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil

from contracts.drift.against import against
from contracts.drift.model import Drift, Seen, Severity
from contracts.drift.shape import Shape, shapes

FEWEST_TIMES = 5
"""The times of a call are compared only if both sides have at least so many replies."""
VOLATILE = frozenset(
    ("date", "content-length", "connection", "keep-alive", "transfer-encoding", "server", "via",
     "set-cookie", "age", "vary", "alt-svc", "content-encoding", "x-request-id", "cf-ray", "etag",
     "cf-cache-status", "nel", "report-to", "strict-transport-security", "x-mock-reason",
     "retry-after"),
)  # fmt: skip
"""Headers that depend on one connection, one host or one call."""


def compared(provider: str, a: Sequence[Seen], b: Sequence[Seen]) -> list[Drift]:
    """List where the messages of `b` differ from those of `a`."""
    found = [*_fields(provider, a, b), *_values(provider, a, b), *_heads(a, b), *_times(a, b)]
    return list(dict.fromkeys(found))


def unlike(a: Iterable[Seen], b: Iterable[Seen]) -> tuple[str, ...]:
    """Name the forms that came on only one side. They cannot be compared."""
    forms_a, forms_b = (
        {(s.operation, s.message) for s in side if not s.is_request} for side in (a, b)
    )
    notes = [f"only A has {op} {form}".rstrip() for op, form in sorted(forms_a - forms_b)]
    return (*notes, *(f"only B has {op} {form}".rstrip() for op, form in sorted(forms_b - forms_a)))


def softened(drifts: Iterable[Drift], messages: Iterable[Seen]) -> list[Drift]:
    """What a provider took breaks nobody: of a request, a breaking difference is additive."""
    taken = {(s.operation, s.message) for s in messages if s.is_request}
    return [
        replace(drift, severity="additive")
        if drift.severity == "breaking" and (drift.operation, drift.message) in taken
        else drift
        for drift in drifts
    ]


def turned(drift: Drift) -> Drift:
    """The same difference from the other side."""
    if drift.kind == "added":
        return replace(drift, kind="removed", severity="breaking", a=drift.b, b=drift.a)
    if drift.kind == "removed":
        return replace(drift, kind="added", severity="additive", a=drift.b, b=drift.a)
    return replace(drift, a=drift.b, b=drift.a)


def _fields(provider: str, a: Sequence[Seen], b: Sequence[Seen]) -> Iterator[Drift]:
    shapes_a, shapes_b = shapes(a), shapes(b)
    new = {(d.operation, d.message, d.pointer) for d in against(provider, b) if d.kind == "added"}
    old = {(d.operation, d.message, d.pointer) for d in against(provider, a) if d.kind == "added"}
    lost = {
        (d.operation, d.message, d.pointer) for d in against(provider, b) if d.kind == "removed"
    }
    for form in shapes_a.keys() & shapes_b.keys():
        one, other = shapes_a[form], shapes_b[form]
        for place in sorted(_always(one) - other.fields.keys()):
            if _within(place, one, other):
                known = (*form, place)
                severity: Severity = "breaking" if known in lost | old else "cosmetic"
                types = " or ".join(one.fields[place].types)
                yield Drift("removed", severity, *form, place, types, "absent")
        for place in sorted(_always(other) - one.fields.keys()):
            if _within(place, other, one):
                severity = "additive" if (*form, place) in new else "cosmetic"
                types = " or ".join(other.fields[place].types)
                where = next(iter(other.fields[place].types.values()))
                yield Drift("added", severity, *form, place, "absent", types, where)
        yield from _types(form, one, other)


def _types(form: tuple[str, str], one: Shape, other: Shape) -> Iterator[Drift]:
    for place in sorted(one.fields.keys() & other.fields.keys()):
        before, now = one.fields[place].types, other.fields[place].types
        # An empty value may come instead of any value, so it is not another type.
        if not (before.keys() & now.keys()) and {*before, *now} - {"null"} not in (
            set(before),
            set(now),
        ):
            where = next(iter(now.values()))
            a, b = " or ".join(before), " or ".join(now)
            yield Drift("type changed", "breaking", *form, place, a, b, where)


def _always(shape: Shape) -> set[str]:
    """The fields that every message of a form has. For items of a list, the fields that any item
    has.
    """
    return {
        place
        for place, field in shape.fields.items()
        if field.count == shape.count or "/*" in place
    }


def _within(place: str, one: Shape, other: Shape) -> bool:
    """Whether both sides have the object around a field. Otherwise the whole object came or went."""
    around = place.rpartition("/")[0]
    there = other.fields.get(around)
    return there is not None and bool({"object", "array"} & there.types.keys())


def _values(provider: str, a: Sequence[Seen], b: Sequence[Seen]) -> Iterator[Drift]:
    """Words that are not in the contract, and that side A never said."""
    kinds = ("new enum value", "form changed")
    known = {(d.operation, d.pointer, d.b) for d in against(provider, a) if d.kind in kinds}
    for drift in against(provider, b):
        if drift.kind in kinds and (drift.operation, drift.pointer, drift.b) not in known:
            yield drift


def _heads(a: Sequence[Seen], b: Sequence[Seen]) -> Iterator[Drift]:
    forms = {(s.operation, s.message) for s in a} & {(s.operation, s.message) for s in b}
    for form in sorted(forms):
        one = [s for s in a if (s.operation, s.message) == form]
        other = [s for s in b if (s.operation, s.message) == form]
        where = other[0].where
        statuses = {s.status for s in one}, {s.status for s in other}
        if not statuses[0] & statuses[1]:
            before, now = (f"HTTP {min(found)}" for found in statuses)
            yield Drift("status changed", "breaking", *form, "", before, now, where)
        kinds = {s.content_type for s in one}, {s.content_type for s in other}
        if not kinds[0] & kinds[1]:
            before, now = (f"content-type {min(found) or 'absent'}" for found in kinds)
            yield Drift("header changed", "breaking", *form, "", before, now, where)
        yield from _names(form, one, other, where)


def _names(
    form: tuple[str, str], one: Sequence[Seen], other: Sequence[Seen], where: str
) -> Iterator[Drift]:
    every = [set.intersection(*(set(s.headers) for s in side)) for side in (one, other)]
    some = [set.union(*(set(s.headers) for s in side)) for side in (one, other)]
    if not some[0] or not some[1]:
        return  # one side has no headers
    for name in sorted(every[0] - some[1] - VOLATILE):
        yield Drift("header changed", "cosmetic", *form, "", f"header {name}", "absent", where)
    for name in sorted(every[1] - some[0] - VOLATILE):
        yield Drift("header changed", "cosmetic", *form, "", "absent", f"header {name}", where)


def _times(a: Sequence[Seen], b: Sequence[Seen]) -> Iterator[Drift]:
    for operation in sorted({s.operation for s in a} & {s.operation for s in b}):
        before, now = (
            sorted(s.took_ms for s in side if s.operation == operation and s.took_ms is not None)
            for side in (a, b)
        )
        if len(before) < FEWEST_TIMES or len(now) < FEWEST_TIMES:
            continue
        limit_ms, usual_ms = before[ceil(0.95 * len(before)) - 1], now[(len(now) - 1) // 2]
        if usual_ms > limit_ms:
            told = f"95th percentile {limit_ms:.0f} ms", f"median {usual_ms:.0f} ms"
            yield Drift("slower", "cosmetic", operation, "", "", *told)
