"""Ids that people read and type: the first characters, as long as they mean one thing only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.domain.input.errors import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LEAST_CHARS = 8  # behind a word such as `video_`
WHOLE_CHARS = 12  # so few stay whole: `undefined` is read, not typed
NAMED = 10  # candidates in a message


def short(whole: str) -> str:
    """The beginning of an id. A word before the last underscore does not count."""
    head, underscore, rest = whole.rpartition("_")
    return head + underscore + (rest if len(rest) <= WHOLE_CHARS else rest[:LEAST_CHARS])


def short_among(ids: Iterable[str]) -> dict[str, str]:
    """The short form of each id: as many characters as tell it from all others."""
    ordered = sorted(set(ids))
    around = zip(ordered, ["", *ordered], [*ordered[1:], ""], strict=False)
    return {
        whole: whole[: max(len(short(whole)), _alike(whole, before) + 1, _alike(whole, after) + 1)]
        for whole, before, after in around
    }


def _alike(one: str, other: str) -> int:
    """How many characters are the same at the beginning of both."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def whole_id(what: str, begins: str, ids: Collection[str]) -> str:
    """The one id that begins so; the text itself if no id does, so that the server refuses it.

    Raises UsageError over a beginning of several ids, with their names.
    """
    found = sorted({one for one in ids if one.startswith(begins)})
    if len(found) <= 1 or begins in found:
        return found[0] if len(found) == 1 else begins
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    raise click.UsageError(f"{what} {shown(begins)} may be {', '.join(found[:NAMED])}{more}")
