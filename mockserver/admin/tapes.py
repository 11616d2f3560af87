"""The folder of tapes. Files are read in a thread, because a tape may be long."""

from __future__ import annotations

import asyncio

from msgspec import convert

from mockserver.admin.http.call import Ask, served
from mockserver.control.operations import LIST_TAPES, OPEN_TAPE, REPLAY_TAPE
from mockserver.control.tapes import OpenedTape, Replay, Tape, Tapes
from mockserver.domain.input.errors import Missing
from mockserver.engine import ports


async def catalogue(ask: Ask) -> Tapes:
    """The HAR files of the folder; none without a folder."""
    shelf = ask.core.tapes
    if shelf is None:
        return Tapes(has_folder=False, replays_here=False, tapes=[])
    listed = await asyncio.to_thread(shelf.listed)
    tapes = convert(listed, list[Tape], from_attributes=True)
    return Tapes(has_folder=True, replays_here=shelf.replays_here, tapes=tapes)


async def one(ask: Ask) -> OpenedTape:
    """One tape with its jobs and calls. Raises Missing and BadInput."""
    opened = await asyncio.to_thread(_shelf(ask).opened, ask.params["tape"])
    return convert(opened, OpenedTape, from_attributes=True)


async def replay(ask: Ask) -> Replay:
    """Serves a tape beside this server. Raises Missing and BadInput."""
    return Replay(await asyncio.to_thread(_shelf(ask).replayed, ask.params["tape"]))


def _shelf(ask: Ask) -> ports.Tapes:
    if ask.core.tapes is None:
        raise Missing("tape", ask.params["tape"], ": the server has no folder of tapes (--tapes)")
    return ask.core.tapes


ROUTES = (served(LIST_TAPES, catalogue), served(OPEN_TAPE, one), served(REPLAY_TAPE, replay))
