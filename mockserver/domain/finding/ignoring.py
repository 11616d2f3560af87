"""Findings that a project accepts: for a given reason, until a given day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from mockserver.domain.input.errors import BadInput, nearest


class Named(Protocol):
    """Anything that was found and has a name."""

    @property
    def name(self) -> str:
        """The finding's name."""


F = TypeVar("F", bound=Named)


class Ignore(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that does not count: its name, why, and the last day (UTC) of this."""

    finding: str
    reason: str
    until: date | None = None


class Aside(Struct, frozen=True):
    """A finding that was seen but does not count: how often it was seen, and why it does not count."""

    finding: str
    count: int
    why: str

    @property
    def told(self) -> str:
        """The same in one line."""
        return f"does not count: {self.finding} ({self.count}): {self.why}"


class Sifted(Struct, Generic[F], frozen=True):
    """What counts, what was left out, and notes about the rules for leaving out."""

    kept: tuple[F, ...]
    aside: tuple[Aside, ...] = ()
    notes: tuple[str, ...] = ()


def check(ignores: Iterable[Ignore]) -> None:
    """Raises BadInput if there is no reason."""
    for one in ignores:
        if not one.reason.strip():
            raise BadInput("ignore.reason", one.reason, f"why {one.finding} does not count")


def sift(
    found: Sequence[F], ignores: Sequence[Ignore], known: Collection[str], today: date
) -> Sifted[F]:
    """Leaves out what is ignored today. Raises BadInput for a finding that does not exist.

    A note tells about a rule that has expired or matched nothing, because it can be removed.
    """
    for one in ignores:
        if one.finding not in known:
            expected = f"one of: {', '.join(known)}{nearest(one.finding, known)}"
            raise BadInput("ignore.finding", one.finding, expected)
    counts = Counter(one.name for one in found)
    valid = {one.finding: one for one in ignores if one.until is None or today <= one.until}
    return Sifted(
        kept=tuple(one for one in found if one.name not in valid),
        aside=tuple(
            Aside(name, counts[name], _why(one)) for name, one in valid.items() if counts[name]
        ),
        notes=tuple(note for one in ignores if (note := _note(one, valid, counts))),
    )


def _why(one: Ignore) -> str:
    return f"{one.reason} (until {one.until})" if one.until else one.reason


def _note(one: Ignore, valid: Mapping[str, Ignore], counts: Mapping[str, int]) -> str:
    if one.finding not in valid:
        return f"ignored until {one.until} and no longer: {one.finding}"
    return "" if counts[one.finding] else f"ignored, but not found: {one.finding}"


def since(found: Sequence[F], before: Mapping[str, int]) -> Sifted[F]:
    """Leaves out findings that an earlier report has as often. If there are more now, all of them count."""
    counts = Counter(one.name for one in found)
    old = {name for name, count in counts.items() if count <= before.get(name, 0)}
    return Sifted(
        kept=tuple(one for one in found if one.name not in old),
        aside=tuple(Aside(name, counts[name], "in the baseline") for name in counts if name in old),
        notes=tuple(
            f"{name}: {count}, the baseline has {before[name]}"
            for name, count in counts.items()
            if count > before.get(name, 0) > 0
        ),
    )
