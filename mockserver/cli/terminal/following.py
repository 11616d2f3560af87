"""Events of a server, one after the other, also across restarts of the server."""

from __future__ import annotations

from threading import Event as Pause
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.control import Control
    from mockserver.control.records import Event

ABSENT = 404
PAUSE_S = 0.2  # between two looks whether the server is back


def followed(
    control: Control, sandbox: str, place: str, limit: int | None, **filters: Any
) -> Iterator[Event]:
    """Events up to the limit, or until their one sandbox is deleted.

    If the server stops, this waits until it is back, goes on behind the last event, and says so on
    stderr. Raises ControlError if the server refuses, or does not answer at the beginning.
    """
    from mockserver.control import ControlError

    told, was_there, is_away = 0, False, False
    seen: dict[str, Event] = {}
    while True:
        try:
            place = _kept(control, sandbox, place, seen) if is_away else place
            left = None if limit is None else limit - told
            stream = control.listen(sandbox, place=place, limit=left, **filters)
            with stream:
                if is_away:
                    click.echo(f"{control.base_url} is back; going on where it was", err=True)
                was_there, is_away = True, False
                for event in stream:
                    told += 1
                    if event.seq:
                        seen[event.sandbox] = event
                    place = stream.place
                    yield event
                    if told == limit or (sandbox and event.kind == "gone"):
                        return
        except ControlError as error:
            if error.status or not was_there:
                raise
        if not is_away:
            click.echo(f"{control.base_url} has stopped; waiting until it is back", err=True)
        is_away = True
        Pause().wait(PAUSE_S)


def _kept(control: Control, only: str, place: str, seen: dict[str, Event]) -> str:
    """The place, without the numbers of journals that the server has no more. Raises ControlError.

    A server that kept nothing counts from 1 again, and a number from before would hide what is new.
    """
    gone = [id_ for id_, event in seen.items() if not _has(control, only or id_, event)]
    for sandbox in gone:
        del seen[sandbox]
    if only:
        return "0" if gone else place
    first, *numbers = place.split(",")
    return ",".join([first, *(one for one in numbers if one.partition(":")[2] not in gone)])


def _has(control: Control, sandbox: str, event: Event) -> bool:
    """Whether a journal still has what an event told."""
    from mockserver.control import ControlError

    try:
        page = control.journal(sandbox, after=event.seq - 1, limit=1)
    except ControlError as error:
        if error.status != ABSENT:
            raise
        return False
    return any((one.seq, one.real_ms) == (event.seq, event.real_ms) for one in page.entries)
