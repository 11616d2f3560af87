"""Decides which of the applied rules struck, when it is known how far the reply was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.reply.difference import piece_at, reached

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mockserver.domain.fault.match import Stake
    from mockserver.domain.journal.journal import Matched
    from mockserver.domain.reply.performed import Performed
    from mockserver.engine.ports import Store

SCENARIO = ""  # takes the place of a rule's id in a stake


async def settle(
    store: Store, sandbox_id: str, stakes: Iterable[Stake], done: Performed, now_ms: int
) -> tuple[str, ...]:
    """The ids of the rules that struck, and SCENARIO for the scenario; each is counted."""
    reached_now = [stake for stake in stakes if reached(stake.place, done, now_ms)]
    return await _counted(store, sandbox_id, reached_now)


async def settle_idle(store: Store, sandbox_id: str, stakes: Iterable[Stake]) -> tuple[str, ...]:
    """The ids of the rules that struck when an idle connection was closed; each is counted."""
    return await _counted(store, sandbox_id, [s for s in stakes if s.place.what == "idle"])


async def _counted(store: Store, sandbox_id: str, struck: list[Stake]) -> tuple[str, ...]:
    for stake in struck:
        if stake.counter:
            await store.count(sandbox_id, stake.counter)
    return tuple([stake.rule for stake in struck])


def pieces_struck(
    stakes: Iterable[Stake], struck: Collection[str], done: Performed
) -> dict[str, int]:
    """The piece of a stream with which each rule showed that struck inside it."""
    places = {stake.rule: stake.place for stake in stakes if stake.rule in struck and stake.rule}
    found = {rule: piece_at(place, done) for rule, place in places.items()}
    return {rule: number for rule, number in found.items() if number is not None}


def with_struck(matched: tuple[Matched, ...], rules: Collection[str]) -> tuple[Matched, ...]:
    """The same, with a mark on the rules that struck."""
    return tuple([replace(one, struck=one.applied and one.rule in rules) for one in matched])
