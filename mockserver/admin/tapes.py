"""The folder of tapes. Files are read in a thread, because a tape may be long."""

from __future__ import annotations

import asyncio

from msgspec import convert

from mockserver.admin.http.call import Ask, served
from mockserver.control.operations import LIST_TAPES, OPEN_TAPE
from mockserver.control.tapes import OpenedTape, Tape, Tapes
from mockserver.domain.input.errors import Missing


async def catalogue(ask: Ask) -> Tapes:
    """The HAR files of the folder; none without a folder."""
    shelf = ask.core.tapes
    if shelf is None:
        return Tapes(has_folder=False, tapes=[])
    listed = await asyncio.to_thread(shelf.listed)
    return Tapes(has_folder=True, tapes=convert(listed, list[Tape], from_attributes=True))


async def one(ask: Ask) -> OpenedTape:
    """One tape with its jobs and calls. Raises Missing and BadInput."""
    name, shelf = ask.params["tape"], ask.core.tapes
    if shelf is None:
        raise Missing("tape", name, ": the server has no folder of tapes (--tapes)")
    opened = await asyncio.to_thread(shelf.opened, name)
    return convert(opened, OpenedTape, from_attributes=True)


ROUTES = (served(LIST_TAPES, catalogue), served(OPEN_TAPE, one))
